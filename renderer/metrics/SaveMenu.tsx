import { Menu } from '@mantine/core';
import { useSession } from '../bridge/useSession.js';
import { Glyph } from '../components/Glyph.js';
import { formatQuantity } from '../format/formatCount.js';
import { notify } from '../stores/pageStore.js';
import type { Series } from '../stores/Series.js';
import { chartsAsPng } from './chartsAsPng.js';
import { fileStamp, seriesAsCsv } from './seriesAsCsv.js';
import { useMetricDesk } from './MetricDeskState.js';

/** Saves what is shown: the samples of the time shown as CSV, the charts in view as a picture. */
export function SaveMenu({ series }: { readonly series: readonly Series[] }) {
  const { bridge } = useSession();
  const desk = useMetricDesk();
  const save = async (name: string, data: Uint8Array<ArrayBuffer>, words: string): Promise<void> => {
    try {
      const saved = await bridge.saveFile(name, data);
      if (saved !== null) notify('good', `${words} saved.`, saved);
    } catch (error) {
      notify('bad', 'The file could not be written.', `${String(error)}. Choose another folder.`);
    }
  };
  const saveCsv = async (): Promise<void> => {
    const view = desk.view();
    try {
      const { text, samples } = seriesAsCsv(series, view, await desk.samplesOnDisk(view));
      const name = `${desk.robot}-metrics-${fileStamp(view.fromMs)}.csv`;
      await save(name, new TextEncoder().encode(text), formatQuantity(samples, 'line'));
    } catch (error) {
      notify('bad', 'The samples could not be read.', `${String(error)} Try again, or choose a shorter time.`);
    }
  };
  const savePng = async (): Promise<void> => {
    const picture = await chartsAsPng(desk);
    if (picture === null) {
      notify('bad', 'There is no chart in view.', 'Choose Charts or Sparklines, then save again.');
      return;
    }
    await save(`${desk.robot}-metrics-${fileStamp(desk.view().fromMs)}.png`, picture, 'Picture');
  };
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className="button button-plain metrics-save" data-testid="metrics-save">
          Save <Glyph name="chevron" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item data-testid="save-csv" onClick={() => void saveCsv()}>
          Samples of the time shown (CSV)…
        </Menu.Item>
        <Menu.Item data-testid="save-png" onClick={() => void savePng()}>
          Charts in view (PNG)…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
