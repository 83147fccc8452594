// Draws each chart from the numbers in its data attribute; the table beside it stays as the alternative.
const shades = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

function option(card) {
  const ink = shades("--ink-2"), line = shades("--line");
  const colours = [1, 2, 3, 4, 5, 6].map((step) => shades(`--chart-${step}`));
  const written = (value) => (value === null || value === undefined ? "—" : card.unit === "percent" ? `${value}%` : Number(value).toLocaleString("en-US"));
  const lying = card.kind !== "line";
  const names = { type: "category", data: card.labels, inverse: lying, axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: ink, fontSize: card.labels.length > 12 ? 11 : 12, width: 120, overflow: "truncate", interval: lying ? 0 : "auto" } };
  const chinese = document.documentElement.lang.startsWith("zh");
  const brief = (value) => (Math.abs(value) < 10000 ? written(value) : chinese ? `${value / 10000}万` : `${value / 1000}k`);
  const numbers = { type: "value", min: 0, minInterval: card.unit === "percent" ? 0 : 1, max: card.unit === "percent" ? 100 : undefined, splitNumber: 4, axisLabel: { color: ink, fontSize: 12, hideOverlap: true, formatter: brief }, splitLine: { lineStyle: { color: line } } };
  return {
    color: colours, animationDuration: 300, textStyle: { fontFamily: shades("--font") },
    grid: { left: 8, right: card.unit === "percent" ? 56 : 28, top: card.series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
    legend: card.series.length > 1 ? { top: 4, left: 8, itemWidth: 12, itemHeight: 12, textStyle: { color: ink } } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, valueFormatter: written, confine: true },
    xAxis: lying ? numbers : names, yAxis: lying ? names : numbers,
    series: card.series.map((one) => ({ name: one.name, type: card.kind === "line" ? "line" : "bar", stack: card.kind === "stacked" ? "all" : undefined, data: one.values, barMaxWidth: 16, cursor: card.hrefs.length ? "pointer" : "default", label: card.series.length === 1 && lying ? { show: true, position: "right", color: ink, formatter: (point) => written(point.value) } : undefined })),
  };
}

function draw(root) {
  root.querySelectorAll("[data-chart]").forEach((place) => {
    if (echarts.getInstanceByDom(place)) return;
    const card = JSON.parse(place.dataset.chart);
    const chart = echarts.init(place, null, { renderer: "canvas" });
    chart.setOption(option(card));
    chart.on("click", (point) => { if (card.hrefs[point.dataIndex]) location.assign(card.hrefs[point.dataIndex]); });
    new ResizeObserver(() => chart.resize()).observe(place);
    const table = place.parentElement.querySelector("details.chart-table");
    if (table) table.open = false;
  });
}

draw(document);
document.addEventListener("htmx:load", (event) => draw(event.target));
