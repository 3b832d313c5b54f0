/** An engine without a market, run as the double's utility process: the real gateway over made-up handlers. */
import { linkToHost, type ParentPort } from '../../src-engine/gateway/host-link.ts';
import { FakeHost } from '../../src-engine/gateway/testing/fake-host.ts';

const { parentPort } = process as unknown as { parentPort: ParentPort };

const status = { mode: 'paper', simulatedMarket: true, killed: false, paused: false };
const host = new FakeHost({
  listAudit: () => ({ entries: host.audited }),
  kill: () => {
    status.killed = true;
    return { killed: true as const, cancelsSent: 2 };
  },
});
host.views.set('status', status);

const link = linkToHost({
  parentPort,
  host,
  onPower: (state) => host.audit({ atUs: 0, actor: 'host', action: 'power', outcome: 'ok', detail: state }),
  onShutdown: () => process.exit(0),
});
link.notify({ t: 'ready', url: process.argv.slice(2).join(' ') });
