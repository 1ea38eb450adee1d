import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Bridge, Theme } from '../main/contract/bridge.js';
import { App } from './App.js';
import { Session } from './bridge/Session.js';
import { SessionContext } from './bridge/useSession.js';
import { usePage } from './stores/pageStore.js';
import { isDarkTheme, mantineTheme } from './theme/mantineTheme.js';

/** Brings the page up over a bridge: the preload's in the product, the fake engine's in `renderer/dev`. */
export async function startPage(bridge: Bridge): Promise<void> {
  const facts = await bridge.facts();
  const session = new Session(bridge, facts);
  const element = document.getElementById('page');
  if (element === null) throw new Error('index.html has no element #page');
  showTheme(facts.settings.theme);
  // Before anything is drawn for it: charts take their colours from what is in force when they are made.
  usePage.subscribe(({ theme }, before) => {
    if (theme !== before.theme) showTheme(theme);
  });
  createRoot(element).render(
    <StrictMode>
      <SessionContext value={session}>
        <Themed nonce={facts.styleNonce}>
          <App />
        </Themed>
      </SessionContext>
    </StrictMode>,
  );
  session.start();
}

function showTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

function Themed({ nonce, children }: { readonly nonce: string; readonly children: React.ReactNode }) {
  const theme = usePage((page) => page.theme);
  return (
    <MantineProvider
      theme={mantineTheme}
      forceColorScheme={isDarkTheme(theme) ? 'dark' : 'light'}
      getStyleNonce={() => nonce}
      withGlobalClasses={false}
    >
      {children}
    </MantineProvider>
  );
}
