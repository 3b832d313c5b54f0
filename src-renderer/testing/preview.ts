/**
 * The window against the made-up engine. Query: profile=demo|paper|none, history=N, stuck=N.
 * The engine is available in the console as `fakeEngine`.
 */
import type { DesktopHost } from '../engine/host.ts';
import { PORT_MESSAGE } from '../engine/transport.ts';
import { FakeEngine } from './fake-engine.ts';

const query = new URLSearchParams(location.search);
const profile = query.get('profile');

const host: DesktopHost = {
  kind: 'desktop',
  version: 'made-up',
  onState: () => undefined,
  onAsk: () => undefined,
  askForPort: () => undefined,
  attachEngine: () => Promise.resolve(null),
  setNotes: () => undefined,
  noteAlert: () => undefined,
  onOpened: () => undefined,
  onUpdates: () => undefined,
  askUpdates: () => undefined,
  returnToOwnEngine: () => undefined,
};
Object.defineProperty(window, 'parallaxHost', { value: host });
await import('../main.tsx');

const { port1, port2 } = new MessageChannel();
const engine = new FakeEngine(port1, {
  profile: profile === 'none' ? null : profile === 'paper' ? 'paper' : 'demo',
  history: Number(query.get('history') ?? '40'),
  stuckOrders: Number(query.get('stuck') ?? '0'),
});
Object.defineProperty(window, 'fakeEngine', { value: engine });
window.postMessage(PORT_MESSAGE, '*', [port2]);
