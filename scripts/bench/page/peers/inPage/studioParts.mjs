/** Foxglove Studio's panel and the providers of its own stories, by their own files. Not type-checked: the packages are the peer's. */
import { createElement } from 'react';
import { render } from 'react-dom';
import CssBaseline from '@foxglove/studio-base/src/components/CssBaseline.js';
import GlobalCss from '@foxglove/studio-base/src/components/GlobalCss.js';
import MockMessagePipelineProvider from '@foxglove/studio-base/src/components/MessagePipeline/MockMessagePipelineProvider.js';
import AppConfigurationContext from '@foxglove/studio-base/src/context/AppConfigurationContext.js';
import PanelCatalogContext from '@foxglove/studio-base/src/context/PanelCatalogContext.js';
import LogPanel from '@foxglove/studio-base/src/panels/Log/index.js';
import MockCurrentLayoutProvider from '@foxglove/studio-base/src/providers/CurrentLayoutProvider/MockCurrentLayoutProvider.js';
import { PanelStateContextProvider } from '@foxglove/studio-base/src/providers/PanelStateContextProvider.js';
import WorkspaceContextProvider from '@foxglove/studio-base/src/providers/WorkspaceContextProvider.js';
import ThemeProvider from '@foxglove/studio-base/src/theme/ThemeProvider.js';

export { LogPanel, MockMessagePipelineProvider };

/**
 * @param {{ settings: object, panels: object }} given
 * @returns component and its properties, the outermost first
 */
export function providers({ settings, panels }) {
  return [
    [AppConfigurationContext.Provider, { value: settings }],
    [ThemeProvider, { isDark: true }],
    [GlobalAndBase, {}],
    [WorkspaceContextProvider, {}],
    [MockCurrentLayoutProvider, {}],
    [PanelStateContextProvider, {}],
    [PanelCatalogContext.Provider, { value: panels }],
  ];
}

/** React 17's way. */
export function show(tree, element) {
  render(tree, element);
}

function GlobalAndBase({ children }) {
  return createElement(CssBaseline, {}, createElement(GlobalCss), children);
}
