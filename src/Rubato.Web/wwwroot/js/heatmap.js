// Draws a grid of counts and lets a box of it be dragged. Rows come from the bottom up.
export function attach(canvas, target) {
  if (!canvas) return null;
  let grid = { columns: 0, rows: 0, counts: [], most: 0 };
  let from = null;
  let to = null;

  const cellAt = event => {
    const box = canvas.getBoundingClientRect();
    const place = (at, size, count) => Math.min(count - 1, Math.max(0, Math.floor(at / size * count)));
    return { column: place(event.clientX - box.left, box.width, grid.columns), row: grid.rows - 1 - place(event.clientY - box.top, box.height, grid.rows) };
  };

  function paint() {
    const scale = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = canvas;
    canvas.width = Math.max(1, width * scale);
    canvas.height = Math.max(1, height * scale);
    const context = canvas.getContext('2d');
    context.scale(scale, scale);
    if (!grid.columns || !grid.rows) return;
    const style = getComputedStyle(canvas);
    const [w, h] = [width / grid.columns, height / grid.rows];
    context.fillStyle = style.getPropertyValue('--rb-accent');
    for (let row = 0; row < grid.rows; row++) {
      for (let column = 0; column < grid.columns; column++) {
        const count = grid.counts[row * grid.columns + column];
        if (count <= 0) continue;
        // Logarithmic: a single slow trace must be seen beside thousands of fast ones.
        context.globalAlpha = 0.25 + 0.75 * (grid.most > 1 ? Math.log(count) / Math.log(grid.most) : 1);
        context.fillRect(column * w + 0.5, height - (row + 1) * h + 0.5, Math.max(1, w - 1), Math.max(1, h - 1));
      }
    }
    context.globalAlpha = 1;
    if (from === null) return;
    const [left, right] = [Math.min(from.column, to.column), Math.max(from.column, to.column) + 1];
    const [bottom, top] = [Math.min(from.row, to.row), Math.max(from.row, to.row) + 1];
    context.strokeStyle = style.getPropertyValue('--rb-text');
    context.lineWidth = 2;
    context.strokeRect(left * w + 1, height - top * h + 1, (right - left) * w - 2, (top - bottom) * h - 2);
  }

  const onDown = event => {
    if (event.button !== 0 || !grid.rows) return;
    canvas.setPointerCapture(event.pointerId);
    from = to = cellAt(event);
    paint();
  };
  const onMove = event => {
    if (!grid.rows) return;
    const cell = cellAt(event);
    const count = grid.counts[cell.row * grid.columns + cell.column];
    canvas.title = `${grid.times[cell.column]}, ${grid.durations[cell.row]}: ${count} spans`;
    if (from === null) return;
    to = cell;
    paint();
  };
  const onUp = () => {
    if (from === null) return;
    const [a, b] = [from, to];
    from = to = null;
    paint();
    target.invokeMethodAsync('Boxed', a.column, a.row, b.column, b.row);
  };
  const onCancel = () => { from = to = null; paint(); };

  canvas.addEventListener('pointerdown', onDown);
  canvas.addEventListener('pointermove', onMove);
  canvas.addEventListener('pointerup', onUp);
  canvas.addEventListener('pointercancel', onCancel);
  const size = new ResizeObserver(paint);
  size.observe(canvas);
  const theme = new MutationObserver(paint);
  theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });

  return {
    show(next) { grid = next; onCancel(); },
    stop() { size.disconnect(); theme.disconnect(); },
  };
}
