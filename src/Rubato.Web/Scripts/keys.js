// Keys of the page. Only keys that something waits for go to the server, so typing costs nothing. Part of the page, as start.js: keys work as soon as something is shown.
(() => {
  let waiting = new Set();
  let first = null;
  let timer = 0;
  let target = null;

  const isTyping = element => element instanceof HTMLElement
    && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));

  function nameOf(event) {
    const key = event.key === ' ' ? 'space' : event.key.length === 1 ? event.key : event.key.toLowerCase();
    const control = (event.ctrlKey || event.metaKey ? 'ctrl+' : '') + (event.altKey ? 'alt+' : '');
    // Shift is part of a character already; for other keys it is named.
    return control + (event.shiftKey && key.length > 1 ? 'shift+' : '') + key;
  }

  function onKey(event) {
    if (event.isComposing || event.defaultPrevented) return;
    const name = nameOf(event);
    if (isTyping(event.target) && !name.startsWith('ctrl+') && name !== 'escape') return;
    const chord = first === null ? name : first + ' ' + name;
    clearTimeout(timer);
    first = null;
    if (waiting.has(chord)) {
      event.preventDefault();
      target?.invokeMethodAsync('Pressed', chord);
    } else if ([...waiting].some(w => w.startsWith(name + ' '))) {
      event.preventDefault();
      first = name;
      timer = setTimeout(() => { first = null; if (waiting.has(name)) target?.invokeMethodAsync('Pressed', name); }, 1000);
    } else if (waiting.has(name)) {
      event.preventDefault();
      target?.invokeMethodAsync('Pressed', name);
    }
  }

  window.rubato.keys = {
    listen(object) {
      target = object;
      document.addEventListener('keydown', onKey);
    },
    wait(keys) { waiting = new Set(keys); },
    stop() {
      document.removeEventListener('keydown', onKey);
      target = null;
    },
  };
})();
