// Runs before anything else of the page, as a part of it: the base address and the theme must be right before the first link and the first colour.
(() => {
  // The server writes a relative base, so that the page works below any prefix and behind any proxy. Made absolute here: the address of the page will change.
  const base = document.querySelector('base');
  if (base) base.href = document.baseURI;

  const dark = matchMedia('(prefers-color-scheme: dark)');
  const read = key => { try { return localStorage.getItem('rubato.' + key); } catch { return null; } };
  const write = (key, value) => { try { localStorage.setItem('rubato.' + key, value); } catch { /* a browser that keeps nothing */ } };

  const show = () => {
    const theme = read('theme') ?? 'system';
    const isDark = theme === 'dark' || (theme === 'system' && dark.matches);
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
    return theme;
  };
  show();
  dark.addEventListener('change', show);

  const facts = () => ({
    // Intl says the same, 50 ms later the first time (Chromium 156: it makes a whole formatter).
    zone: globalThis.Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    offsetMinutes: new Date().getTimezoneOffset(),
    theme: show(),
    tenant: read('tenant'),
  });

  window.rubato = {
    facts,
    useTheme(theme) { write('theme', theme); return facts(); },
    remember: write,
    recall: read,
    copy: text => navigator.clipboard?.writeText(text) ?? copyBySelection(text),
    isVisible: () => document.visibilityState === 'visible',
    focus: selector => document.querySelector(selector)?.focus(),
    // By fifths of what is in sight.
    scroll(id, by) {
      const list = document.getElementById(id);
      list?.scrollBy({ top: by * list.clientHeight / 5 });
    },
    // Scrolls a list of equally high rows only where the row is not in sight.
    reveal(id, top, height) {
      const list = document.getElementById(id);
      if (!list) return;
      if (top < list.scrollTop || top + height > list.scrollTop + list.clientHeight) list.scrollTop = Math.max(0, top - list.clientHeight / 3);
    },
  };

  // Without TLS a page that is not on loopback has no clipboard object.
  function copyBySelection(text) {
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
})();
