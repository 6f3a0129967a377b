// A list of equally high rows of which only those around what is in sight are here: data-first and data-last say which, data-count how many there are.
// The server is asked for others half a screen before these end, once at a time: who scrolls fast gets the rows where the hand stopped.
export function watch(list, height, target) {
  if (!list) return null;
  let isAsking = false;
  let isStopped = false;
  let asked = '';

  const check = async () => {
    if (isAsking || isStopped) return;
    const [first, last, all] = [list.dataset.first, list.dataset.last, list.dataset.count].map(Number);
    const top = Math.floor(list.scrollTop / height);
    const count = Math.ceil(list.clientHeight / height) + 1;
    const margin = count >> 1;
    if ((first === 0 || first <= top - margin) && (last === all || last >= top + count + margin)) return;
    // The same question twice would get the same rows.
    const question = [top, count, first, last, all].join();
    if (question === asked) return;
    asked = question;
    isAsking = true;
    try {
      await target.invokeMethodAsync('Show', top, count);
    } catch {
      // The page is gone.
      isStopped = true;
    }
    isAsking = false;
    requestAnimationFrame(check);
  };

  list.addEventListener('scroll', check, { passive: true });
  const size = new ResizeObserver(check);
  size.observe(list);
  // Fewer or other rows by folding and filtering.
  const changes = new MutationObserver(check);
  changes.observe(list, { attributeFilter: ['data-count', 'data-first', 'data-last'] });
  check();
  return {
    stop() {
      isStopped = true;
      size.disconnect();
      changes.disconnect();
      list.removeEventListener('scroll', check);
    },
  };
}
