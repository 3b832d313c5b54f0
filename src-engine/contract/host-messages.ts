/** What Electron's main process and the engine's process tell each other, besides brokered MessagePorts. */
import { z } from 'zod';
import { runMode } from './records.ts';

const hostMessage = z.discriminatedUnion('t', [
  /** One end of a MessagePort travels with it: the window at its other end speaks the contract. */
  z.strictObject({ t: z.literal('window-port') }),
  /** From the global shortcut, the tray or the menu: works while the window hangs. Repeated until `killed`. */
  z.strictObject({ t: z.literal('kill'), via: z.string().max(40) }),
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
  /** What the tray shows; mode is null until a profile is chosen. */
  z.strictObject({
    t: z.literal('mode'),
    mode: runMode.nullable(),
    simulatedMarket: z.boolean(),
    killed: z.boolean(),
    paused: z.boolean(),
  }),
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
