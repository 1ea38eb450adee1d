// @ts-check
/**
 * Runs inside the plain page: charts that hold every sample in plain arrays and give them to uPlot as its own examples do.
 * @param {{ charts: number, hz: number, hours: number, width: number, height: number }} options
 */
export function feedPlain({ charts, hz, hours, width, height }) {
  const stepS = 1 / hz;
  const endS = Math.floor(Date.now() / 1000);
  let windowS = hours * 3600;
  /** @param {number} index @param {number} timeMs */
  const valueOf = (index, timeMs) =>
    50 + 30 * Math.sin(timeMs / (20_000 + index * 700)) + 8 * Math.sin(timeMs / 317) + (index % 7) * Math.random();
  const all = Array.from({ length: charts }, (_, index) => {
    /** @type {[number[], number[]]} */
    const data = [[], []];
    for (let timeS = endS - hours * 3600; timeS < endS; timeS += stepS) {
      data[0].push(timeS);
      data[1].push(valueOf(index, timeS * 1000));
    }
    const options = {
      width,
      height,
      scales: { x: { range: () => [Date.now() / 1000 - windowS, Date.now() / 1000] } },
      series: [{}, { stroke: 'teal', fill: '#00808020', points: { show: false } }],
    };
    // @ts-expect-error uPlot is a script of that page
    return { data, plot: new uPlot(options, data, document.body) };
  });
  let lastS = endS;
  setInterval(() => {
    for (; lastS < Date.now() / 1000; lastS += stepS) {
      all.forEach(({ data }, index) => {
        data[0].push(lastS);
        data[1].push(valueOf(index, lastS * 1000));
      });
    }
    for (const { data, plot } of all) plot.setData(data);
  }, 1000 / hz);
  const zoom = (/** @type {number} */ seconds) => () => {
    windowS = seconds;
    for (const { data, plot } of all) plot.setData(data);
  };
  Object.assign(window, { zoomIn: zoom(10), zoomOut: zoom(hours * 3600) });
}
