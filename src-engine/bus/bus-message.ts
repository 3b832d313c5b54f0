/** A fact as it travels on a bus: a version of its form, an id that no other fact has, and the event as the API gives it. */
/** Another form gets another number; fields may be added to this one. */
export const BUS_VERSION = 1;

export type BusFact = {
  readonly profile: string;
  readonly seq: number;
  readonly runId: string;
  /** As it is stored: another version of Parallax may have written it. */
  readonly event: { readonly type: string; readonly atUs: number };
};

export type BusMessage = {
  /**
   * `demo:1234:RUN`: consumers drop what they have had, as a fact may come twice. With its run, as numbers are given again after a
   * restore from a backup, and by another engine.
   */
  readonly id: string;
  /** `demo.orderFilled`: what consumers choose by. */
  readonly key: string;
  readonly type: string;
  readonly atUs: number;
  readonly body: string;
};

export function messageOf({ profile, seq, runId, event }: BusFact): BusMessage {
  const { type, atUs } = event;
  const id = `${profile}:${seq}:${runId}`;
  const body = JSON.stringify({ version: BUS_VERSION, id, profile, seq, runId, event });
  return { id, key: `${profile}.${type}`, type, atUs, body };
}
