import './lib/strict-policy.ts';
import './styles/all.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { watchHost } from './engine/host.ts';
import { Session } from './engine/session.ts';
import { pickTransport } from './engine/transport.ts';
import { applyAppearance, usePrefs } from './lib/prefs.ts';
import { SessionContext } from './engine/use-session.ts';

applyAppearance(usePrefs.getState());
// A machine that turns dark in the evening takes the window with it.
window
  .matchMedia('(prefers-color-scheme: light)')
  .addEventListener('change', () => applyAppearance(usePrefs.getState()));
watchHost(window);

const session = new Session(pickTransport(window));
session.start();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <SessionContext value={session}>
      <App />
    </SessionContext>
  </StrictMode>,
);
