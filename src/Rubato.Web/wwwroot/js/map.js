// Moves and zooms a drawing by its viewBox: with a mouse, fingers or keys. The server draws; where the person looks is known here alone.
const keyStep = 60;
const zoomStep = 1.3;

export function attach(svg) {
  if (!svg) return null;
  let view = null;
  let drawn = '';

  const size = () => ({ width: Number(svg.dataset.width), height: Number(svg.dataset.height) });
  const show = () => svg.setAttribute('viewBox', `${view.x} ${view.y} ${view.width} ${view.height}`);

  // The whole graph, but never larger than life.
  function fit() {
    const { width, height } = size();
    const box = svg.getBoundingClientRect();
    view = { width: Math.max(width, box.width), height: Math.max(height, box.height) };
    view.x = (width - view.width) / 2;
    view.y = (height - view.height) / 2;
    drawn = `${width} ${height}`;
    show();
  }

  function zoom(factor, at) {
    const { width, height } = size();
    const next = Math.min(Math.max(width, height) * 4 + 400, Math.max(200, view.width * factor));
    const scale = next / view.width;
    const point = at ?? { x: view.x + view.width / 2, y: view.y + view.height / 2 };
    view = { x: point.x - (point.x - view.x) * scale, y: point.y - (point.y - view.y) * scale, width: next, height: view.height * scale };
    show();
  }

  function pan(x, y) {
    view.x += x;
    view.y += y;
    show();
  }

  // Of a place on the screen.
  function place({ x, y }) {
    const point = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM().inverse());
    return { x: point.x, y: point.y };
  }

  svg.addEventListener('wheel', event => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, place({ x: event.clientX, y: event.clientY }));
  }, { passive: false });

  // One pointer holds a point of the drawing and takes it along; two hold two points, so that their distance zooms.
  const pointers = new Map();
  let hold = null;
  let dragged = false;

  function grip() {
    const [one, other = one] = pointers.values();
    return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, spread: Math.hypot(one.x - other.x, one.y - other.y) };
  }
  function take() {
    if (pointers.size === 0) { hold = null; return; }
    const now = grip();
    hold = { ...now, at: place(now), width: view.width };
  }
  function drop(event) {
    if (!pointers.delete(event.pointerId)) return;
    take();
    // The click comes after this, if one does.
    if (!hold) setTimeout(() => { dragged = false; });
  }

  svg.addEventListener('pointerdown', event => {
    if (event.button !== 0 || pointers.size === 2) return;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    take();
  });
  svg.addEventListener('pointermove', event => {
    if (!pointers.has(event.pointerId)) return;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const now = grip();
    // A hand that shakes while it clicks drags nothing.
    if (!dragged && Math.hypot(now.x - hold.x, now.y - hold.y) < 4 && Math.abs(now.spread - hold.spread) < 4) return;
    if (!dragged) for (const id of pointers.keys()) svg.setPointerCapture(id);
    dragged = true;
    if (now.spread > 0 && hold.spread > 0) zoom(hold.width * hold.spread / now.spread / view.width);
    const under = place(now);
    pan(hold.at.x - under.x, hold.at.y - under.y);
  });
  svg.addEventListener('pointerup', drop);
  svg.addEventListener('pointercancel', drop);
  // A drag that ends on a link is no click on it.
  svg.addEventListener('click', event => {
    if (dragged) { event.preventDefault(); event.stopPropagation(); }
    dragged = false;
  }, true);
  svg.addEventListener('dragstart', event => event.preventDefault());

  // By lengths on the screen, whatever the zoom.
  const step = () => keyStep * view.width / svg.getBoundingClientRect().width;
  const keys = {
    ArrowLeft: () => pan(-step(), 0), ArrowRight: () => pan(step(), 0), ArrowUp: () => pan(0, -step()), ArrowDown: () => pan(0, step()),
    '+': () => zoom(1 / zoomStep), '=': () => zoom(1 / zoomStep), '-': () => zoom(zoomStep), 0: fit,
  };
  svg.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });

  // A node that the focus comes to is brought into sight, as the browser does it where there are scroll bars.
  svg.addEventListener('focusin', event => {
    if (event.target === svg || !event.target.matches(':focus-visible')) return;
    const node = event.target.getBoundingClientRect();
    const box = svg.getBoundingClientRect();
    if (node.left >= box.left && node.right <= box.right && node.top >= box.top && node.bottom <= box.bottom) return;
    const middle = place({ x: node.left + node.width / 2, y: node.top + node.height / 2 });
    pan(middle.x - view.x - view.width / 2, middle.y - view.y - view.height / 2);
  });

  svg.parentElement.addEventListener('click', event => {
    switch (event.target.closest('[data-map]')?.dataset.map) {
      case 'in': zoom(1 / zoomStep); break;
      case 'out': zoom(zoomStep); break;
      case 'fit': fit(); break;
    }
  });
  // Another graph in the same drawing.
  const sizes = new MutationObserver(() => { const { width, height } = size(); if (drawn !== `${width} ${height}`) fit(); });
  sizes.observe(svg, { attributes: true, attributeFilter: ['data-width', 'data-height'] });
  fit();
  svg.dataset.ready = 'true';
  return { stop: () => sizes.disconnect() };
}
