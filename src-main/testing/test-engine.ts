/** An engine without a market, run as the double's utility process: the real gateway over made-up handlers. */
import { linkToHost, type ParentPort } from '../../src-engine/gateway/host-link.ts';
import { FakeHost } from '../../src-engine/gateway/testing/fake-host.ts';
import { PAPER_STATUS } from '../../src-engine/gateway/testing/paper-status.ts';

const { parentPort } = process as unknown as { parentPort: ParentPort };

let status = PAPER_STATUS;
const host = new FakeHost({
  listAudit: () => ({ entries: host.audited }),
  kill: () => {
    status = { ...status, killed: true };
    host.views.set('status', status);
    return { killed: true as const, cancelsSent: 2 };
  },
});
host.views.set('status', status);

const link = linkToHost({
  parentPort,
  host,
  onHold: (isOn) => {
    void host.audit({ atUs: 0, actor: 'host', action: 'hold', outcome: 'ok', detail: String(isOn) });
  },
  onPower: (state) => {
    void host.audit({ atUs: 0, actor: 'host', action: 'power', outcome: 'ok', detail: state });
  },
  onShutdown: () => process.exit(0),
  onOpen: (path) =>
    path.endsWith('.tape') ? Promise.resolve('opened.tape') : Promise.reject(new Error('no recording')),
});
link.notify({ t: 'ready', url: process.argv.slice(2).join(' ') });
