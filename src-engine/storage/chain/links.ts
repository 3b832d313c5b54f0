/**
 * The hash chains over the facts (`events`) and the audit trail: each row holds the SHA-256 of the hash of the row before it
 * and of its own content, so that a row which is changed, removed, added or moved no longer fits its neighbours.
 */
import { hash } from 'node:crypto';
import type { AuditEntry } from '../../contract/records.ts';
import type { EngineEvent } from '../../domain/event.ts';
import type { Schema } from '../schema.ts';
import { storableText } from '../storable-text.ts';

export const CHAINS = ['events', 'audit'] as const;
export type ChainName = (typeof CHAINS)[number];

/** The last row of a chain: its number within the profile, 0 before the first, and its hash. */
export type Head = { readonly id: number; readonly hash: string };

type EventRow = Schema['events'];
type AuditRow = Schema['audit'];

/** What the first row of a chain follows. */
export function genesisOf(profile: string, chain: ChainName): string {
  return hash('sha256', JSON.stringify(['parallax', chain, profile]));
}

export function linkOf(previous: string, content: string): string {
  return hash('sha256', `${previous}\n${content}`);
}

/** The canonical content of a row, at number `seq`. */
export function eventContent(row: Omit<EventRow, 'hash'>, seq = row.seq): string {
  return JSON.stringify([row.profile, seq, row.runId, row.atUs, row.type]) + row.json;
}

/** The canonical content of a row, at number `auditId`. */
export function auditContent(row: Omit<AuditRow, 'hash'>, auditId = row.auditId): string {
  const { profile, atUs, actor, action, outcome, detail } = row;
  return JSON.stringify([profile, auditId, atUs, actor, action, outcome, detail]);
}

/** The rows of `events` that follow `head`, and the head after them. */
export function chainEvents(
  scope: { readonly profile: string; readonly runId: string },
  head: Head,
  events: readonly { readonly json: string; readonly event: Pick<EngineEvent, 'atUs' | 'type'> }[],
): { readonly rows: EventRow[]; readonly head: Head } {
  let { id, hash: previous } = head;
  const rows = events.map(({ json, event }) => {
    id += 1;
    const row = { ...scope, seq: id, atUs: event.atUs, type: event.type, json };
    previous = linkOf(previous, eventContent(row));
    return { ...row, hash: previous };
  });
  return { rows, head: { id, hash: previous } };
}

/** The rows of `audit` that follow `head`, and the head after them. */
export function chainAudit(
  profile: string,
  head: Head,
  entries: readonly AuditEntry[],
): { readonly rows: AuditRow[]; readonly head: Head } {
  let { id, hash: previous } = head;
  const rows = entries.map(({ atUs, actor, action, outcome, detail }) => {
    id += 1;
    const row = {
      profile,
      auditId: id,
      atUs,
      actor: storableText(actor),
      action: storableText(action),
      outcome: storableText(outcome),
      detail: storableText(detail),
    };
    previous = linkOf(previous, auditContent(row));
    return { ...row, hash: previous };
  });
  return { rows, head: { id, hash: previous } };
}
