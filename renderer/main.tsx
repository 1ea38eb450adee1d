import './bridge/jitlessZod.js';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '@mantine/core/styles.layer.css';
import 'uplot/dist/uPlot.min.css';
import './theme/tokens.css';
import './theme/base.css';
import './theme/mantine.css';
import './components/components.css';
import './frame/frame.css';
import { startPage } from './startPage.js';

await startPage(window.tether);
