/** The engine's side of the link to Electron's main process: takes windows' ports, kill, power and shutdown. */
import { decodeHostMessage, type EngineNotice, hostModeOf } from '../contract/host-messages.ts';
import { job } from '../contract/lab-records.ts';
import { engineStatus } from '../contract/records.ts';
import { describeProblem, UserError } from '../domain/errors.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import { z } from 'zod';
import { callOperation } from './call.ts';
import type { GatewayHost } from './host.ts';
import { messagePortChannel, type MessagePortLike } from './message-port.ts';
import { ClientConnection } from './client-connection.ts';

/** Electron's `process.parentPort`. */
export type ParentPort = {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly MessagePortLike[] }) => void,
  ): unknown;
  postMessage(message: unknown): void;
};

type HostLinkOptions = {
  readonly parentPort: ParentPort;
  readonly host: GatewayHost;
  /** Whether this program is about to be replaced. */
  readonly onHold: (isOn: boolean) => void;
  readonly onPower: (state: 'suspend' | 'resume') => void;
  readonly onShutdown: () => void;
  /** @returns the name of the recording in the lab. @throws UserError */
  readonly onOpen: (path: string) => Promise<string>;
};

export type HostLink = {
  notify(notice: EngineNotice): void;
  close(): void;
};

const jobList = z.object({ jobs: z.array(job.pick({ state: true })) });

/** The tray follows the status within this time. */
const MODE_PERIOD_US = US_PER_SECOND;
/** Of these periods, when nothing has changed. */
const REPEAT_EVERY = 2;

export function linkToHost(options: HostLinkOptions): HostLink {
  const { parentPort: port, host } = options;
  const clients = new Set<ClientConnection>();
  const notify = (notice: EngineNotice): void => port.postMessage(notice);

  port.on('message', ({ data, ports }) => {
    const message = decodeHostMessage(data);
    switch (message?.t) {
      case 'window-port':
        for (const port of ports) openClient(host, port, clients);
        return;
      case 'kill':
        void kill(host, message.via, notify);
        return;
      case 'open':
        void opened(options.onOpen, message.path).then(notify);
        return;
      case 'hold':
        options.onHold(message.isOn);
        modes.report();
        notify({ t: 'held', isOn: message.isOn });
        return;
      case 'power':
        options.onPower(message.state);
        return;
      case 'shutdown':
        options.onShutdown();
        return;
      // The engine itself is not a link to another.
      case 'attach':
      case undefined:
        return;
      default:
        message satisfies never;
    }
  });
  const modes = reportMode(host, notify);
  return {
    notify,
    close() {
      modes.stop();
      for (const client of clients) client.close();
    },
  };
}

function openClient(host: GatewayHost, port: MessagePortLike, clients: Set<ClientConnection>): void {
  const channel = messagePortChannel(port);
  const client = new ClientConnection({ host, channel, caller: { role: 'operator', via: 'window' } });
  clients.add(client);
  port.on('close', () => clients.delete(client));
}

/** Not acknowledged when it fails: the main process then asks again. */
async function kill(host: GatewayHost, via: string, notify: (notice: EngineNotice) => void): Promise<void> {
  const result = await callOperation(host, { role: 'operator', via }, 'kill', { reason: via });
  if (!result.ok || 'answer' in result) return;
  const { cancelsSent } = result.data as { cancelsSent: number };
  notify({ t: 'killed', cancelsSent });
}

/** Never rejects. */
async function opened(open: HostLinkOptions['onOpen'], path: string): Promise<EngineNotice> {
  try {
    return { t: 'opened', name: await open(path), problem: '' };
  } catch (error) {
    const problem =
      error instanceof UserError ? describeProblem(error.problem) : 'The file could not be opened.';
    return { t: 'opened', name: '', problem };
  }
}

/** Jobs of the lab that run or wait. */
function openJobs(host: GatewayHost): number | null {
  const view = jobList.safeParse(host.readView('jobs', {})).data;
  return view?.jobs.filter(({ state }) => state === 'queued' || state === 'running').length ?? null;
}

function reportMode(
  host: GatewayHost,
  notify: (notice: EngineNotice) => void,
): { readonly report: () => void; readonly stop: () => void } {
  let last = '';
  let unchanged = 0;
  let cancel: (() => void) | undefined;
  const modeNow = () => {
    const status = engineStatus.safeParse(host.readView('status', {}));
    return status.data === undefined ? undefined : hostModeOf(status.data, openJobs(host));
  };
  const again = (): void => {
    const mode = modeNow();
    const text = JSON.stringify(mode);
    // An engine that hangs is recognised by its silence.
    if (mode !== undefined && (text !== last || ++unchanged >= REPEAT_EVERY)) {
      notify(mode);
      unchanged = 0;
    }
    last = text;
    cancel = host.clock.schedule(host.clock.nowUs() + MODE_PERIOD_US, again);
  };
  again();
  return {
    report() {
      const mode = modeNow();
      if (mode !== undefined) notify(mode);
    },
    stop: () => cancel?.(),
  };
}
