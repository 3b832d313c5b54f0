/**
 * Brings alerts to people outside the window. It is given what began and answers at once: whatever a service
 * does, nothing waits for it. Addresses and tokens come from the keychain at the moment of sending and go nowhere else.
 */
import {
  type ChannelSettings,
  type ChannelStanding,
  type channelOperations,
  MAX_CHANNELS,
} from '../contract/channel-operations.ts';
import type { OperationHandlers } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { invocation } from '../lib/invocation.ts';
import { Serial } from '../lib/serial.ts';
import { removeUnlessReadOnly } from '../domain/remove-secret.ts';
import { sentBy } from './answers.ts';
import { ChannelQueue, isWanted } from './channel-queue.ts';
import { readSecret, secretEntry } from './channel-secret.ts';
import { letterOf } from './letter.ts';
import type { Mail } from './mail.ts';
import { messageOf } from './messages.ts';
import type { Notice, Sent } from './notice.ts';
import type { Post } from './post.ts';

/** A minute and channel at most: what is more is counted in the next one that the channel gets. */
export const MAX_A_MINUTE = 12;
const MINUTE_US = 60_000_000;
/** How long what was read of a secret is shown: windows ask each five seconds, and a store of secrets may ask its owner, wait or charge for each reading. */
const SHOWN_US = 10 * MINUTE_US;
/** One that is not set, or cannot be read, is being set or mended. */
const LACKING_US = MINUTE_US;

export type NotifierParts = {
  readonly clock: Clock;
  readonly post: Post;
  readonly mail: Mail;
  readonly secrets: {
    get(name: string): Promise<string | undefined>;
    delete(name: string): Promise<boolean>;
  };
  readonly channels: readonly ChannelSettings[];
  /** Durable when it resolves. */
  readonly save: (channels: readonly ChannelSettings[]) => Promise<void>;
  /** Telegram's address; another one in tests. */
  readonly telegram?: string | undefined;
};

type Channel = {
  settings: ChannelSettings;
  /** Stays while the settings change: with what waits, and its counts. */
  readonly queue: ChannelQueue;
  /** When the last ones went into its queue, MAX_A_MINUTE at most. */
  readonly recent: number[];
  /** Held back since. */
  held: number;
  /** What was read of its secret last, and when. */
  secret: (SecretStanding & { readonly atUs: number }) | undefined;
};

type SecretStanding = Pick<ChannelStanding, 'secret' | 'problem'>;

export class Notifier {
  readonly handlers: Pick<OperationHandlers, keyof typeof channelOperations>;
  readonly #parts: NotifierParts;
  readonly #channels = new Map<string, Channel>();
  /** Changes one after the other: each begins with what the one before stored. */
  readonly #changes = new Serial();

  constructor(parts: NotifierParts) {
    this.#parts = parts;
    for (const settings of parts.channels) this.#channels.set(settings.name, this.#open(settings));
    this.handlers = {
      listChannels: () => this.#list(),
      saveChannel: (settings) => this.#changes.run(() => this.#save(settings)),
      removeChannel: ({ name }) => this.#changes.run(() => this.#remove(name)),
      testChannel: ({ name }) => this.#test(name),
    };
  }

  /** Of each channel: notices that arrived, and those that were given up. */
  counts(): readonly { readonly channel: string; readonly sent: number; readonly failed: number }[] {
    return [...this.#channels].map(([channel, { queue }]) => {
      const { sent, failed } = queue.standing;
      return { channel, sent, failed };
    });
  }

  /** Takes what began. Never throws, waits for nothing. */
  notify(notices: readonly Notice[]): void {
    const nowUs = this.#parts.clock.nowUs();
    for (const notice of notices) {
      for (const channel of this.#channels.values()) {
        if (isWanted(channel.settings, notice, nowUs)) pass(channel, notice, nowUs);
      }
    }
  }

  stop(): void {
    for (const { queue } of this.#channels.values()) queue.stop();
  }

  #open(settings: ChannelSettings): Channel {
    const queue = new ChannelQueue(this.#parts.clock, (notice) => this.#send(channel, notice));
    const channel: Channel = { settings, queue, recent: [], held: 0, secret: undefined };
    return channel;
  }

  async #send(channel: Channel, notice: Notice): Promise<Sent> {
    const { post, mail, clock, telegram } = this.#parts;
    const { kind, allowsPrivate } = channel.settings;
    let secret: ReturnType<typeof readSecret> | undefined;
    try {
      secret = await this.#secretOf(channel);
    } catch {
      return { kind: 'again', reason: 'the keychain cannot be read' };
    }
    if (secret === undefined) return { kind: 'refused', reason: 'its address is not set' };
    if ('problem' in secret) return { kind: 'refused', reason: `its stored secret ${secret.problem}` };
    try {
      if (kind === 'email') return await mail(letterOf(secret.values, notice), { allowsPrivate });
      const message = messageOf(kind, secret.values, notice, clock.nowUs(), telegram);
      return sentBy(kind, await post(message, { allowsPrivate }));
    } catch (error) {
      return { kind: 'again', reason: error instanceof Error ? error.message : 'the connection failed' };
    }
  }

  async #list(): Promise<{ channels: ChannelStanding[] }> {
    return { channels: await Promise.all([...this.#channels.values()].map((one) => this.#standing(one))) };
  }

  async #standing(channel: Channel): Promise<ChannelStanding> {
    const { settings, queue } = channel;
    const setWith = `${invocation()} notify set ${settings.name}`;
    const sinceUs = this.#parts.clock.nowUs() - (channel.secret?.atUs ?? Number.NEGATIVE_INFINITY);
    // What could not be read is remembered as well.
    if (!(sinceUs < (channel.secret?.secret === 'present' ? SHOWN_US : LACKING_US)))
      await this.#secretOf(channel).catch(() => undefined);
    const { secret = 'absent', problem = '' } = channel.secret ?? {};
    return { ...settings, ...queue.standing, setWith, problem, secret };
  }

  /** As it is now. @throws whatever the store of secrets throws */
  async #secretOf(channel: Channel): Promise<ReturnType<typeof readSecret> | undefined> {
    const { name, kind } = channel.settings;
    const note = (standing: SecretStanding): void => {
      channel.secret = { ...standing, atUs: this.#parts.clock.nowUs() };
    };
    try {
      const text = await this.#parts.secrets.get(secretEntry(name));
      const secret = text === undefined ? undefined : readSecret(kind, text);
      if (secret === undefined) note({ secret: 'absent', problem: '' });
      else if ('problem' in secret)
        note({ secret: 'unreadable', problem: `The stored secret ${secret.problem}.` });
      else note({ secret: 'present', problem: '' });
      return secret;
    } catch (error) {
      const problem = error instanceof UserError ? error.message : 'The keychain cannot be read.';
      note({ secret: 'unreadable', problem });
      throw error;
    }
  }

  async #save(settings: ChannelSettings): Promise<{ channels: ChannelStanding[] }> {
    const before = this.#channels.get(settings.name);
    if (before === undefined && this.#channels.size >= MAX_CHANNELS) {
      throw refusal('too-many-channels', settings.name, `would be one more than ${MAX_CHANNELS} channels`);
    }
    // Another kind reads another secret.
    if (before !== undefined && before.settings.kind !== settings.kind) {
      throw refusal('other-kind', settings.name, `is a channel of the kind ${before.settings.kind}`);
    }
    const others = [...this.#channels.values()].filter((one) => one !== before);
    await this.#parts.save([...others.map((one) => one.settings), settings]);
    if (before === undefined) this.#channels.set(settings.name, this.#open(settings));
    else {
      before.settings = settings;
      before.secret = undefined;
    }
    if (!settings.isOn) before?.queue.clear('the channel was turned off');
    return this.#list();
  }

  async #remove(name: string): Promise<{ channels: ChannelStanding[] }> {
    const channel = this.#require(name);
    const others = [...this.#channels.values()].filter((one) => one !== channel);
    // First: where it fails the channel is still there to be removed, and no secret stays that nothing names.
    await removeUnlessReadOnly(this.#parts.secrets, secretEntry(name));
    await this.#parts.save(others.map((one) => one.settings));
    channel.queue.stop();
    this.#channels.delete(name);
    return this.#list();
  }

  async #test(name: string): Promise<{ delivered: boolean; detail: string }> {
    const channel = this.#require(name);
    const nowUs = this.#parts.clock.nowUs();
    const sent = await this.#send(channel, {
      id: `test-${nowUs}`,
      severity: 'info',
      title: 'Test of Parallax',
      detail: 'Notifications of this channel arrive here. Nothing has happened.',
      venue: '',
      symbol: '',
      atUs: nowUs,
      profile: 'test',
      isSimulated: false,
    });
    return { delivered: sent.kind === 'delivered', detail: sent.kind === 'delivered' ? '' : sent.reason };
  }

  #require(name: string): Channel {
    const channel = this.#channels.get(name);
    if (channel !== undefined) return channel;
    throw refusal('no-such-channel', name, 'is no channel');
  }
}

/** Puts a wanted notice into the channel's queue, or counts it: what is critical is never held back. */
function pass(channel: Channel, notice: Notice, nowUs: number): void {
  const { queue, recent } = channel;
  while (recent.length > 0 && (recent[0] ?? 0) <= nowUs - MINUTE_US) recent.shift();
  if (recent.length >= MAX_A_MINUTE && notice.severity !== 'critical') {
    channel.held += 1;
    return;
  }
  recent.push(nowUs);
  if (recent.length > MAX_A_MINUTE) recent.shift();
  const more = channel.held === 0 ? '' : ` (${channel.held} more were held back)`;
  channel.held = 0;
  queue.add({ ...notice, detail: `${notice.detail}${more}` });
}

function refusal(code: string, value: string, message: string): UserError {
  const remedy = `List them with: ${invocation()} notify list.`;
  return new UserError({ code, field: 'name', value, message, remedy });
}
