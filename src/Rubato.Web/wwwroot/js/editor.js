// The query editor: a textarea over a layer that shows the same text in colours. The server colours; until it has caught up with what was typed, the plain text shows.
const choosing = new Set(['ArrowDown', 'ArrowUp', 'Tab', 'Enter', 'Escape']);
const moving = new Set(['ArrowLeft', 'ArrowRight', 'Home', 'End']);

export function attach(area, layer, target) {
  if (!area || !layer) return null;
  const box = area.parentElement;
  const isOpen = () => area.dataset.open === 'true';
  // The layer ends with a character more: a line break at the end would have no height.
  const compare = () => box.classList.toggle('stale', layer.textContent.slice(0, -1) !== area.value);
  // After the event has gone to the server.
  const tell = () => setTimeout(() => target.invokeMethodAsync('CaretAt', area.value, area.selectionStart, true));

  const onInput = () => { compare(); tell(); };
  const onScroll = () => { layer.scrollTop = area.scrollTop; layer.scrollLeft = area.scrollLeft; };
  const onKey = event => {
    if (event.isComposing) return;
    if (event.ctrlKey && event.key === ' ') {
      event.preventDefault();
      target.invokeMethodAsync('Suggest', area.value, area.selectionStart);
    } else if (isOpen() && choosing.has(event.key) && !event.ctrlKey && !event.metaKey) {
      // Without a choice Enter is a new line and Tab leads on.
      if (event.key === 'Enter' && !area.hasAttribute('aria-activedescendant')) return;
      event.preventDefault();
      event.stopPropagation();
      target.invokeMethodAsync('Choose', event.key);
    }
  };
  const onMove = event => { if (isOpen() && moving.has(event.key)) target.invokeMethodAsync('CaretAt', area.value, area.selectionStart, false); };

  area.addEventListener('input', onInput);
  area.addEventListener('scroll', onScroll);
  area.addEventListener('keydown', onKey);
  area.addEventListener('keyup', onMove);
  const watch = new MutationObserver(() => { compare(); onScroll(); });
  watch.observe(layer, { subtree: true, childList: true, characterData: true });
  compare();

  return {
    replace(start, end, text, caret) {
      area.focus();
      area.setSelectionRange(start, end);
      // Unlike setting the value, this can be undone.
      if (!document.execCommand('insertText', false, text)) {
        area.setRangeText(text, start, end, 'end');
        area.dispatchEvent(new InputEvent('input', { bubbles: true }));
      }
      area.setSelectionRange(caret, caret);
      onInput();
    },
    stop() {
      watch.disconnect();
      for (const [name, handler] of [['input', onInput], ['scroll', onScroll], ['keydown', onKey], ['keyup', onMove]]) area.removeEventListener(name, handler);
    },
  };
}
