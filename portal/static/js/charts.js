/* One ECharts theme from the tokens, so that light, dark and print agree. Vendor: echarts 6.1. */
import * as echarts from '../vendor/echarts.esm.min.js';

const probe = document.createElement('i');

/* light-dark() has to be resolved by the browser before a canvas or SVG attribute can use it */
export function colour(name) {
  document.body.append(probe);
  probe.style.color = `var(${name})`;
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

export function theme() {
  const text = { fontFamily: 'Geist Variable, system-ui, sans-serif', fontSize: 12, color: colour('--mg-ink-3') };
  return {
    animation: false, /* figures are read, not watched */
    aria: { enabled: false },
    textStyle: text,
    grid: { left: 36, right: 8, top: 36, bottom: 28 },
    tooltip: {
      trigger: 'axis',
      /* HTML tooltips break the content security policy */
      renderMode: 'richText',
      backgroundColor: colour('--mg-surface'),
      borderColor: colour('--mg-line-strong'),
      textStyle: { ...text, color: colour('--mg-ink') },
    },
    xAxis: {
      axisLine: { lineStyle: { color: colour('--mg-line-strong') } },
      axisTick: { show: false },
      axisLabel: { ...text, margin: 10, hideOverlap: true },
    },
    yAxis: {
      splitNumber: 3,
      minInterval: 1,
      axisLabel: { ...text, margin: 10 },
      splitLine: { lineStyle: { color: colour('--mg-c-grid') } },
    },
  };
}

/* a published version is a dashed rule with its number on top */
function versionMarks(marks) {
  return {
    silent: true, symbol: 'none', animation: false,
    lineStyle: { color: colour('--mg-ink-3'), type: [3, 3], width: 1 },
    label: { position: 'end', distance: 6, color: colour('--mg-ink'), fontSize: 12, fontWeight: 500,
             fontFamily: 'Geist Variable', formatter: (mark) => mark.name },
    data: marks.map(([day, name]) => ({ xAxis: day, name })),
  };
}

/* counts of each day as bars; the period before as a thin line with a halo */
function perDay(data) {
  const base = theme();
  return {
    ...base,
    xAxis: { ...base.xAxis, type: 'category', data: data.labels },
    yAxis: { ...base.yAxis, type: 'value', min: 0 },
    series: [
      { name: data.names.now, type: 'bar', data: data.now, barCategoryGap: '22%',
        itemStyle: { color: colour('--mg-c1'), borderRadius: [1.5, 1.5, 0, 0] },
        markLine: versionMarks(data.marks) },
      { type: 'line', data: data.before, symbol: 'none', silent: true, tooltip: { show: false },
        lineStyle: { color: colour('--mg-surface'), width: 4.5 }, z: 3 },
      { name: data.names.before, type: 'line', data: data.before, symbol: 'none',
        itemStyle: { color: colour('--mg-c-prev') }, lineStyle: { color: colour('--mg-c-prev'), width: 1.5 }, z: 4 },
    ],
  };
}

/* draw `data` into an element by what `option` makes of it, again when its width or the theme changes */
export async function show(element, data, option) {
  await document.fonts.ready;
  const chart = echarts.init(element, null, { renderer: 'canvas' });
  const paint = () => chart.setOption(option(data), { notMerge: true });
  paint();
  new ResizeObserver(() => chart.resize()).observe(element);
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ['data-bs-theme'] });
}

/* draw an element's data-chart: counts of each day */
export function draw(element) {
  return show(element, JSON.parse(element.dataset.chart), perDay);
}
