/**
 * The messages between Electron's main process and the engine's process, besides brokered MessagePorts. A link to an engine
 * elsewhere speaks the same, so that the main process treats both alike.
 */
import { z } from 'zod';
import { type EngineStatus } from './records.ts';
import { armingState, runMode } from '../domain/value-schemas.ts';

/** What the tray and the notifications show. Sent when it changes, and every two seconds in any case. */
const hostMode = z.strictObject({
  t: z.literal('mode'),
  /** Null until a profile is chosen. */
  mode: runMode.nullable(),
  simulatedMarket: z.boolean(),
  killed: z.boolean(),
  paused: z.boolean(),
  /** Why trading is halted; empty: it is not, or the operator paused it. */
  haltReason: z.string(),
  /** Null in profiles that trade no account. */
  arming: armingState.nullable(),
  /** Jobs of the lab that run or wait; null: not known. */
  jobs: z.number().int().nonnegative().nullable(),
  /** Live: at least one book of the venue is. */
  feeds: z.array(z.strictObject({ venue: z.string(), isLive: z.boolean() })),
});
export type HostMode = z.infer<typeof hostMode>;

/** @param jobs of the lab that run or wait; null: not known. */
export function hostModeOf(status: EngineStatus, jobs: number | null): HostMode {
  const { mode, simulatedMarket, killed, paused, haltReason, arming, feeds } = status;
  return {
    t: 'mode',
    mode,
    simulatedMarket,
    killed,
    paused,
    haltReason,
    arming: arming?.state ?? null,
    jobs,
    feeds: feeds.map(({ venue, booksLive }) => ({ venue, isLive: booksLive > 0 })),
  };
}

const hostMessage = z.discriminatedUnion('t', [
  /** To a link alone, and first: the engine elsewhere that it is a link to. */
  z.strictObject({ t: z.literal('attach'), origin: z.string(), socketUrl: z.string(), token: z.string() }),
  /** One end of a MessagePort travels with it: the window at its other end speaks the contract. */
  z.strictObject({ t: z.literal('window-port') }),
  /** From the global shortcut, the tray or the menu: works while the window hangs. Repeated until `killed`. */
  z.strictObject({ t: z.literal('kill'), via: z.string().max(40) }),
  /** A file that the system opened with Parallax: a recording or a tape, anywhere on this machine. Answered by `opened`. */
  z.strictObject({ t: z.literal('open'), path: z.string().min(1).max(4_096) }),
  /** This program is about to be replaced: nothing is armed and no job begins until it is taken back. Answered by `held`. */
  z.strictObject({ t: z.literal('hold'), isOn: z.boolean() }),
  z.strictObject({ t: z.literal('power'), state: z.enum(['suspend', 'resume']) }),
  /** Finish what is in flight, write everything, and end. */
  z.strictObject({ t: z.literal('shutdown') }),
]);
export type HostMessage = z.infer<typeof hostMessage>;

const engineNotice = z.discriminatedUnion('t', [
  /** The engine runs; `url` is where the command line and a browser reach it. */
  z.strictObject({ t: z.literal('ready'), url: z.string() }),
  /** The engine cannot start for a reason that starting again does not mend. */
  z.strictObject({ t: z.literal('refused'), message: z.string().max(2_000) }),
  /** A link has lost its engine and tries again; `ready` says when it is back. */
  z.strictObject({ t: z.literal('lost'), reason: z.string().max(500) }),
  /** The engine does not let this desktop kill: repeating it would not help. */
  z.strictObject({ t: z.literal('kill-refused'), message: z.string().max(2_000) }),
  hostMode,
  /** The recording that a file of `open` is, by its name in the lab; or why it is none. */
  z.strictObject({ t: z.literal('opened'), name: z.string().max(300), problem: z.string().max(6_000) }),
  /** The answer to `hold`; a `mode` with what began before is sent first. */
  z.strictObject({ t: z.literal('held'), isOn: z.boolean() }),
  /** The kill switch is latched. */
  z.strictObject({ t: z.literal('killed'), cancelsSent: z.number().int().nonnegative() }),
]);
export type EngineNotice = z.infer<typeof engineNotice>;

/** The message, or undefined for anything that is none. */
export function decodeHostMessage(data: unknown): HostMessage | undefined {
  return hostMessage.safeParse(data).data;
}

/** The notice, or undefined for anything that is none. */
export function decodeEngineNotice(data: unknown): EngineNotice | undefined {
  return engineNotice.safeParse(data).data;
}
