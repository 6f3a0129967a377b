// Moves and zooms a drawing by its viewBox. The server draws; where the person looks is known here alone.
export function attach(svg) {
  if (!svg) return null;
  let view = null;
  let drag = null;
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

  const place = event => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return { x: point.x, y: point.y };
  };

  svg.addEventListener('wheel', event => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, place(event));
  }, { passive: false });
  svg.addEventListener('pointerdown', event => {
    if (event.button === 0 && event.pointerType !== 'touch') drag = { at: place(event), x: event.clientX, y: event.clientY, moved: false };
  });
  svg.addEventListener('pointermove', event => {
    if (!drag) return;
    if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 4) return;
    if (!drag.moved) svg.setPointerCapture(event.pointerId);
    drag.moved = true;
    const now = place(event);
    view.x += drag.at.x - now.x;
    view.y += drag.at.y - now.y;
    show();
  });
  // A drag that ends on a link is no click on it.
  svg.addEventListener('click', event => {
    if (drag?.moved) { event.preventDefault(); event.stopPropagation(); }
    drag = null;
  }, true);
  svg.addEventListener('pointercancel', () => { drag = null; });
  svg.addEventListener('dragstart', event => event.preventDefault());
  svg.addEventListener('pointerup', () => { if (drag && !drag.moved) drag = null; else setTimeout(() => { drag = null; }); });
  svg.parentElement.addEventListener('click', event => {
    switch (event.target.closest('[data-map]')?.dataset.map) {
      case 'in': zoom(1 / 1.3); break;
      case 'out': zoom(1.3); break;
      case 'fit': fit(); break;
    }
  });
  // Another graph in the same drawing.
  new MutationObserver(() => { const { width, height } = size(); if (drawn !== `${width} ${height}`) fit(); }).observe(svg, { attributes: true, attributeFilter: ['data-width', 'data-height'] });
  fit();
  svg.dataset.ready = 'true';
  return { fit };
}
