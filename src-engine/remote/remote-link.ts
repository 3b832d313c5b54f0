/**
 * A desktop's link to an engine elsewhere. It speaks to the main process as an engine's own process does: ports of windows,
 * kill, power and shutdown come in, readiness and mode go out.
 */
import { decodeEngineMessage, encode, type EngineMessage, PROTOCOL_VERSION } from '../contract/codec.ts';
import { type EngineNotice, hostModeOf } from '../contract/host-messages.ts';
import { engineStatus } from '../contract/records.ts';
import { topicKey } from '../contract/topics.ts';
import { terminalText } from '../lib/terminal-text.ts';
import type { MessagePortLike } from '../gateway/message-port.ts';
import { openEngineSocket, type RemoteTarget, type SocketEnd } from './engine-socket.ts';
import { killRemote } from './remote-kill.ts';
import { relayWindow, type WindowRelay } from './window-relay.ts';

type RemoteLinkOptions = {
  readonly target: RemoteTarget;
  readonly notify: (notice: EngineNotice) => void;
  readonly timing?: LinkTiming;
};

export type LinkTiming = {
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
  /** The engine sends its status every second: so long without a word the connection is dead. */
  readonly silenceMs: number;
};

const TIMING: LinkTiming = { firstRetryMs: 500, maxRetryMs: 15_000, silenceMs: 6_000 };
/** A window has one port; one that is being reloaded has two for a moment. */
const MAX_WINDOWS = 4;
/** As an engine's own process does, the mode is sent again when nothing has changed. */
const MODE_REPEAT_MS = 2_000;
/** This socket brings a greeting and statuses, nothing else. */
const MAX_STATUS_BYTES = 1024 * 1024;
const STATUS_KEY = topicKey('status', {});

export class RemoteLink {
  readonly #target: RemoteTarget;
  readonly #notify: (notice: EngineNotice) => void;
  readonly #timing: LinkTiming;
  readonly #relays = new Set<WindowRelay>();
  #socket: ReturnType<typeof openEngineSocket> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #attempt = 0;
  #lastMode = '';
  #modeToldMs = 0;
  #isKilling = false;
  #isClosed = false;

  constructor({ target, notify, timing = TIMING }: RemoteLinkOptions) {
    this.#target = target;
    this.#notify = notify;
    this.#timing = timing;
  }

  /** Connects, and after every loss again, until it is closed or the engine refuses for good. */
  connect(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const socket = openEngineSocket(this.#target, {
      maxBytes: MAX_STATUS_BYTES,
      message: (text) => {
        if (socket === this.#socket) this.#receive(text);
      },
      ended: (end) => {
        if (socket === this.#socket) this.#lose(end);
      },
    });
    this.#socket = socket;
  }

  openWindow(port: MessagePortLike): void {
    if (this.#relays.size >= MAX_WINDOWS) return port.close();
    const relay = relayWindow(this.#target, port, (end) => {
      this.#relays.delete(relay);
      // A window that learns that the link is back gets another port: so the whole link starts again.
      this.#lose(end);
    });
    this.#relays.add(relay);
    port.on('close', () => this.#relays.delete(relay));
  }

  /** By a request of its own, so that it needs no link that stands. Not acknowledged when it fails: it is asked for again. */
  async kill(via: string): Promise<void> {
    if (this.#isKilling) return;
    this.#isKilling = true;
    const notice = await killRemote(this.#target, via);
    this.#isKilling = false;
    if (notice !== undefined) this.#notify(notice);
  }

  /** This machine has slept: what the sockets believe is of before. */
  resume(): void {
    this.#attempt = 0;
    this.#lose({ reason: 'this machine has slept', isFinal: false });
  }

  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  #receive(text: string): void {
    this.#expectWord();
    const message = readable(text);
    if (message === undefined)
      return this.#lose({ reason: 'it sent a message that cannot be read', isFinal: false });
    if (message.t === 'hello') return this.#greet(message.protocol, message.version);
    if (message.t !== 'views') return;
    const view = message.views.find(({ key }) => key === STATUS_KEY);
    const status = engineStatus.safeParse(view?.data).data;
    if (status === undefined) return;
    // A connection that brings a status is a good one: the next loss is tried again soon.
    this.#attempt = 0;
    // They are that machine's, and run on whatever this desktop does.
    const mode = hostModeOf(status, null);
    const known = JSON.stringify(mode);
    const nowMs = performance.now();
    if (known === this.#lastMode && nowMs < this.#modeToldMs + MODE_REPEAT_MS) return;
    this.#lastMode = known;
    this.#modeToldMs = nowMs;
    this.#notify(mode);
  }

  #greet(protocol: number, version: string): void {
    if (protocol !== PROTOCOL_VERSION) {
      const reason = `Parallax ${terminalText(version)} there uses another protocol than this one; use the same version on both`;
      return this.#lose({ reason, isFinal: true });
    }
    this.#socket?.send(encode({ t: 'subscribe', topic: 'status', params: {} }));
    this.#notify({ t: 'ready', url: this.#target.origin });
  }

  #expectWord(): void {
    clearTimeout(this.#timer);
    const { silenceMs } = this.#timing;
    this.#timer = setTimeout(() => {
      this.#lose({ reason: `no message from it for ${silenceMs / 1_000} s`, isFinal: false });
    }, silenceMs);
  }

  #lose({ reason, isFinal }: SocketEnd): void {
    if (this.#isClosed || this.#socket === undefined) return;
    this.#drop();
    if (isFinal) {
      this.#isClosed = true;
      return this.#notify({ t: 'refused', message: reason });
    }
    this.#notify({ t: 'lost', reason });
    const { firstRetryMs, maxRetryMs } = this.#timing;
    const delayMs = Math.min(firstRetryMs * 2 ** this.#attempt, maxRetryMs);
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.connect(), delayMs);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#lastMode = '';
    socket?.terminate();
    for (const relay of this.#relays) relay.close();
    this.#relays.clear();
  }
}

function readable(text: string): EngineMessage | undefined {
  try {
    return decodeEngineMessage(text);
  } catch {
    return undefined;
  }
}
