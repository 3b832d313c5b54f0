import { CircleCheck, CircleDashed } from 'lucide-react';
import { shownSentence } from '../../lib/decimal-text.ts';
import type { ChecklistItem } from '../../../src-engine/contract/live-records.ts';

/** One thing that must hold, with what was found. */
export function ChecklistRow({ label, ok, detail, remedy }: Omit<ChecklistItem, 'id'>) {
  const Icon = ok ? CircleCheck : CircleDashed;
  return (
    <li className={ok ? 'check-ok' : 'check-open'}>
      <Icon size={15} aria-hidden="true" />
      <span className="visually-hidden">{ok ? 'Done:' : 'Not done yet:'}</span>
      <strong>{label}</strong>
      <span className="dim">{shownSentence(detail)}</span>
      {remedy !== '' && <span className="check-remedy">{remedy}</span>}
    </li>
  );
}
