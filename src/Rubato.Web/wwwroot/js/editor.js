// The query editor: a textarea over a layer that shows the same text in colours. The server colours; until it has caught up with what was typed, the plain text shows.
// The text is this side's: each change is told with its number, and a text from the server is taken only where it knows the latest.
const choosing = new Set(['ArrowDown', 'ArrowUp', 'Tab', 'Enter', 'Escape']);
const moving = new Set(['ArrowLeft', 'ArrowRight', 'Home', 'End']);

// first: what the field began with. known: what the server has now.
export function attach(area, layer, target, first, known) {
  if (!area || !layer) return null;
  const box = area.parentElement;
  const isOpen = () => area.dataset.open === 'true';
  // The layer ends with a character more: a line break at the end would have no height.
  const compare = () => box.classList.toggle('stale', layer.textContent.slice(0, -1) !== area.value);
  let edits = 0;
  const tell = isTyping => target.invokeMethodAsync('CaretAt', area.value, edits, area.selectionStart, isTyping);
  // A key that moves in the list, whose effect the server has not shown yet.
  let stepped = false;

  const onInput = () => { stepped = false; edits++; compare(); tell(true); };
  const onScroll = () => { layer.scrollTop = area.scrollTop; layer.scrollLeft = area.scrollLeft; };
  const onKey = event => {
    if (event.isComposing) return;
    if (event.ctrlKey && event.key === ' ') {
      event.preventDefault();
      target.invokeMethodAsync('Suggest', area.value, edits, area.selectionStart);
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      target.invokeMethodAsync('Run', area.value, edits);
    } else if (isOpen() && choosing.has(event.key) && !event.ctrlKey && !event.metaKey) {
      // Without a choice Enter is a new line.
      if (event.key === 'Enter' && !stepped && !area.hasAttribute('aria-activedescendant')) return;
      stepped = event.key.startsWith('Arrow');
      event.preventDefault();
      event.stopPropagation();
      target.invokeMethodAsync('Choose', event.key);
    }
  };
  const onMove = event => { if (isOpen() && moving.has(event.key)) tell(false); };

  area.addEventListener('input', onInput);
  area.addEventListener('scroll', onScroll);
  area.addEventListener('keydown', onKey);
  area.addEventListener('keyup', onMove);
  const watch = new MutationObserver(() => { compare(); onScroll(); });
  watch.observe(layer, { subtree: true, childList: true, characterData: true });
  // Typed before anything listened.
  if (area.value !== first) onInput();
  else if (area.value !== known) area.value = known;
  compare();

  return {
    // From the server, which knew of so many changes.
    write(text, edit) {
      if (edit !== edits) return;
      area.value = text;
      compare();
    },
    // before: the text up to where the replaced part ends, of a whole that was so long. What was typed behind it meanwhile stays; a letter more of the word itself undoes the choice.
    replace(before, length, start, text, caret) {
      const end = before.length;
      const grown = area.value.length - length;
      if (!area.value.startsWith(before) || (grown !== 0 && /^[\w.:"-]/.test(area.value.slice(end)))) return;
      if (grown > 0 && area.selectionStart > end) caret = start + text.length + area.selectionStart - end;
      area.focus();
      area.setSelectionRange(start, end);
      // Unlike setting the value, this can be undone.
      if (!document.execCommand('insertText', false, text)) {
        area.setRangeText(text, start, end, 'end');
        area.dispatchEvent(new InputEvent('input', { bubbles: true }));
      }
      area.setSelectionRange(caret, caret);
      tell(true);
    },
    stop() {
      watch.disconnect();
      for (const [name, handler] of [['input', onInput], ['scroll', onScroll], ['keydown', onKey], ['keyup', onMove]]) area.removeEventListener(name, handler);
    },
  };
}
