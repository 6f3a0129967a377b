// A stretch of an element, dragged out from side to side. Only its end goes to the server, as shares of the width; a double click means all of it.
// data-from and data-to are the edges of what is shown now, where those can be taken and moved.
const edgeWidth = 6;

export function attach(element, target) {
  if (!element) return null;
  const mark = element.querySelector('[data-brush]');
  let anchor = null;
  let at = 0;

  const shareAt = event => {
    const box = element.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const edges = () => [Number(element.dataset.from ?? 'NaN'), Number(element.dataset.to ?? 'NaN')];
  const isNear = (edge, share) => Math.abs(edge - share) * element.clientWidth <= edgeWidth;
  function show() {
    mark.hidden = anchor === null;
    if (anchor === null) return;
    mark.style.left = `${Math.min(anchor, at) * 100}%`;
    mark.style.width = `${Math.abs(anchor - at) * 100}%`;
  }

  const onDown = event => {
    if (event.button !== 0) return;
    const share = shareAt(event);
    const [from, to] = edges();
    anchor = isNear(from, share) ? to : isNear(to, share) ? from : share;
    at = share;
    element.setPointerCapture(event.pointerId);
  };
  const onMove = event => {
    const share = shareAt(event);
    const [from, to] = edges();
    element.style.cursor = isNear(from, share) || isNear(to, share) ? 'ew-resize' : 'crosshair';
    if (anchor === null) return;
    at = share;
    show();
  };
  const onUp = () => {
    if (anchor === null) return;
    const [one, other] = [anchor, at];
    anchor = null;
    show();
    // A hand that shakes while it clicks drags nothing.
    if (Math.abs(one - other) * element.clientWidth >= 4) target.invokeMethodAsync('Brushed', one, other);
  };
  const onCancel = () => { anchor = null; show(); };

  element.addEventListener('pointerdown', onDown);
  element.addEventListener('pointermove', onMove);
  element.addEventListener('pointerup', onUp);
  element.addEventListener('pointercancel', onCancel);
  element.addEventListener('dblclick', () => target.invokeMethodAsync('Cleared'));
  element.dataset.ready = 'true';
  return { stop: onCancel };
}
