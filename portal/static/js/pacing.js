/* How line items pace: delivered against the booked pace, with what is to come hatched. */
import { colour, show, theme } from './charts.js';

/* hatched is "not yet": a pattern that ECharts repeats over the area */
function hatch() {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 6;
  const pen = tile.getContext('2d');
  pen.strokeStyle = colour('--mg-c1-soft');
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(-1, 7); pen.lineTo(7, -1); pen.moveTo(-1, 1); pen.lineTo(1, -1); pen.moveTo(5, 7); pen.lineTo(7, 5);
  pen.stroke();
  return { image: tile, repeat: 'repeat' };
}

function dots(name, points, shape, fill) {
  return { name, type: 'scatter', data: points, symbol: shape, symbolSize: 8, z: 6,
           itemStyle: { color: fill, borderColor: colour('--mg-surface'), borderWidth: 1.5 } };
}

function pacing(data) {
  const base = theme();
  const accent = colour('--mg-c1');
  return {
    ...base,
    grid: { ...base.grid, left: 52, top: 16 },
    xAxis: { ...base.xAxis, type: 'category', data: data.labels, boundaryGap: false },
    yAxis: { ...base.yAxis, type: 'value', min: 0 },
    series: [
      { name: data.names.pace, type: 'line', data: data.pace, symbol: 'none', z: 2,
        itemStyle: { color: colour('--mg-c-prev') }, lineStyle: { color: colour('--mg-c-prev'), width: 1.5, type: [4, 3] } },
      { name: data.names.coming, type: 'line', data: data.coming, symbol: 'none', z: 1,
        itemStyle: { color: colour('--mg-c1-soft') }, lineStyle: { width: 0 }, areaStyle: { color: hatch() } },
      { name: data.names.done, type: 'line', data: data.done, symbol: 'none', z: 4,
        itemStyle: { color: accent }, lineStyle: { color: accent, width: 2 },
        areaStyle: { color: accent, opacity: 0.08 } },
      dots(data.names.made_good, data.made_good, 'diamond', colour('--mg-c2')),
      dots(data.names.restated, data.restated, 'circle', colour('--mg-warn')),
    ],
  };
}

for (const element of document.querySelectorAll('[data-pacing]')) show(element, JSON.parse(element.dataset.pacing), pacing);
