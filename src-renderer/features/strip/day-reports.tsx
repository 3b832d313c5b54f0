/** A day in one page of HTML, which opens without a network and prints as PDF. */
import { FileText } from 'lucide-react';
import { useSession } from '../../engine/use-session.ts';
import { saveText } from '../../lib/csv.ts';

const DAY_MS = 86_400_000;
const DAYS = [
  { label: 'Report of today', back: 0 },
  { label: 'Report of yesterday', back: 1 },
] as const;

export function DayReports() {
  const session = useSession();
  const save = async (back: number) => {
    const day = new Date(session.nowUs() / 1_000 - back * DAY_MS).toISOString().slice(0, 10);
    const answer = await session.run('The report was not made', 'getDayReport', { day });
    if (answer !== undefined) saveText(answer.file, answer.mime, answer.text);
  };
  return (
    <div className="form-actions">
      {DAYS.map(({ label, back }) => (
        <button
          key={label}
          type="button"
          className="button"
          title="What was found, taken and missed and why, as one page of HTML (days are UTC)"
          onClick={() => void save(back)}
        >
          <FileText size={14} aria-hidden="true" />
          {label}
        </button>
      ))}
    </div>
  );
}
