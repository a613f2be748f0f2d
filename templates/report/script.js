// Sorting of tables, reading values off curves, hiding curves. The page is complete without it.
(() => {
  'use strict';
  const words = JSON.parse(document.getElementById('words').textContent);

  // Tables: a button in each heading; empty cells stay at the end.
  for (const table of document.querySelectorAll('table.sortable')) {
    const body = table.tBodies[0];
    const headings = [...table.tHead.rows[0].cells];
    const key = (row, column) => {
      const cell = row.cells[column];
      if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
      return cell.classList.contains('none') ? null : cell.textContent.trim();
    };
    const compare = (a, b) =>
      typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
    const original = [...body.rows];
    headings.forEach((heading, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.title = heading.title || words.sort;
      button.append(...heading.childNodes);
      heading.removeAttribute('title');
      heading.append(button);
      button.addEventListener('click', () => {
        const direction = heading.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
        for (const other of headings) other.removeAttribute('aria-sort');
        heading.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
        // The order of the leaderboard decides between equals.
        const rows = original.map((row, rank) => ({ row, rank, key: key(row, column) }));
        rows.sort((a, b) => {
          if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.rank - b.rank;
          return direction * compare(a.key, b.key) || a.rank - b.rank;
        });
        body.append(...rows.map(({ row }) => row));
      });
    });
  }

  // Curves.
  const legend = document.querySelector('.legend');
  const charts = [...document.querySelectorAll('.chart')].map((figure) => {
    const frame = figure.querySelector('svg.frame');
    const plot = figure.querySelector('svg.plot');
    const box = plot.viewBox.baseVal;
    const curves = [...plot.querySelectorAll('.curve')].map((group) => {
      const numbers = group.querySelector('.line').getAttribute('d').match(/[-+.\de]+/g).map(Number);
      const points = [];
      for (let i = 0; i < numbers.length; i += 2) points.push([numbers[i], numbers[i + 1]]);
      return { group, run: group.dataset.run, name: group.querySelector('title').textContent, points };
    });
    // The browser's own tip would cover the read-out.
    for (const { group } of curves) group.querySelector('title').remove();
    const make = (name, parent) => parent.appendChild(document.createElementNS('http://www.w3.org/2000/svg', name));
    const marker = make('circle', frame);
    marker.setAttribute('class', 'marker');
    marker.setAttribute('r', '4');
    const rule = make('line', frame);
    rule.setAttribute('class', 'rule');
    rule.setAttribute('y1', '0');
    rule.setAttribute('y2', '100%');
    return { figure, frame, box, curves, marker, rule, readout: figure.querySelector('.readout'), digits: Number(figure.dataset.digits) };
  });

  const highlight = (run) => {
    for (const { figure, curves } of charts) {
      figure.classList.toggle('focused', run !== null);
      for (const { group } of curves) group.classList.toggle('focus', group.dataset.run === run);
    }
    if (legend) for (const item of legend.children) item.classList.toggle('focus', item.dataset.run === run);
  };

  const nearestPoint = (points, x) => {
    let low = 0;
    let high = points.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (points[middle][0] < x) low = middle + 1;
      else high = middle;
    }
    return low > 0 && x - points[low - 1][0] < points[low][0] - x ? points[low - 1] : points[low];
  };

  const clear = (chart) => {
    chart.readout.textContent = '';
    chart.figure.classList.remove('reading');
    highlight(null);
  };

  for (const chart of charts) {
    const { frame, box, curves, marker, rule, readout, digits, figure } = chart;
    frame.addEventListener('pointermove', (event) => {
      const bounds = frame.getBoundingClientRect();
      const x = box.x + ((event.clientX - bounds.left) / bounds.width) * box.width;
      let best = null;
      for (const curve of curves) {
        if (curve.group.classList.contains('off')) continue;
        const point = nearestPoint(curve.points, x);
        const dx = ((point[0] - x) / box.width) * bounds.width;
        const dy = ((-point[1] - box.y) / box.height) * bounds.height - (event.clientY - bounds.top);
        const distance = dx * dx * 0.25 + dy * dy;
        if (!best || distance < best.distance) best = { curve, point, distance };
      }
      if (!best) return clear(chart);
      const [step, value] = best.point;
      const left = `${(100 * (step - box.x)) / box.width}%`;
      marker.setAttribute('cx', left);
      marker.setAttribute('cy', `${(100 * (-value - box.y)) / box.height}%`);
      rule.setAttribute('x1', left);
      rule.setAttribute('x2', left);
      readout.textContent = `${best.curve.name} · ${words.step} ${step.toLocaleString('en-US')} · ${value.toFixed(digits).replace('-', '−')}`;
      figure.classList.add('reading');
      highlight(best.curve.run);
    });
    frame.addEventListener('pointerleave', () => clear(chart));
  }

  if (legend) {
    const hidden = new Set();
    const reset = document.createElement('button');
    reset.type = 'button';
    reset.className = 'show-all';
    reset.textContent = words.all;
    reset.hidden = true;
    const update = () => {
      for (const { curves } of charts) for (const { group } of curves) group.classList.toggle('off', hidden.has(group.dataset.run));
      for (const item of legend.children) {
        const off = hidden.has(item.dataset.run);
        item.classList.toggle('off', off);
        item.querySelector('button').setAttribute('aria-pressed', String(!off));
      }
      reset.hidden = hidden.size === 0;
    };
    for (const item of legend.children) {
      const { run } = item.dataset;
      const button = document.createElement('button');
      button.type = 'button';
      button.title = words.hide;
      button.append(...item.childNodes);
      item.append(button);
      button.addEventListener('click', () => {
        if (!hidden.delete(run)) hidden.add(run);
        update();
      });
      for (const name of ['pointerenter', 'focus']) button.addEventListener(name, () => highlight(run));
      for (const name of ['pointerleave', 'blur']) button.addEventListener(name, () => highlight(null));
    }
    reset.addEventListener('click', () => {
      hidden.clear();
      update();
    });
    legend.after(reset);
    update();
  }
})();
