/** Entries of the audit trail in words: they are kept with the engine's codes, which people do not read. Pure. */
import { operationWords } from '../../../src-engine/contract/operation-words.ts';
import type { AuditEntry } from '../../../src-engine/contract/records.ts';
import { haltLabel, strategyFaultLabel } from '../../../src-engine/domain/halt-texts.ts';
import { denialLabel } from '../../lib/code-words.ts';
import { readableText } from '../../lib/readable-text.ts';
import { shownChange } from '../../lib/shown-change.ts';

const DENIED = 'denied: ';
const CHANGE = /^(?<field>\w+) (?<from>.*) → (?<to>.*)$/s;

export const actionText = ({ action }: AuditEntry): string => readableText(operationWords(action));

export function outcomeText({ action, outcome }: AuditEntry): string {
  if (outcome.startsWith(DENIED)) return `${DENIED}${denialLabel(outcome.slice(DENIED.length))}`;
  if (action === 'halt trading') return haltLabel(outcome);
  return action === 'stop strategy' ? strategyFaultLabel(outcome) : outcome;
}

/** Settings that were changed have the names of their fields there. */
export function detailText({ action, detail }: AuditEntry): string {
  if (!action.startsWith('change ')) return readableText(detail);
  const changes = detail.split('; ').map((part) => {
    const { field, from, to } = CHANGE.exec(part)?.groups ?? {};
    return field === undefined || from === undefined || to === undefined
      ? part
      : shownChange({ field, from, to });
  });
  return changes.join('; ');
}
