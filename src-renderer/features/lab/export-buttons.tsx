import { Download } from 'lucide-react';
import { saveText } from '../../lib/csv.ts';
import { useSession } from '../../engine/use-session.ts';

const FORMATS = [
  {
    format: 'csv',
    label: 'CSV',
    explain: 'One row per trade; the sum of profit_home equals the table’s total',
  },
  { format: 'json', label: 'JSON', explain: 'Settings, figures, trades, orders, fills, books and equity' },
  {
    format: 'html',
    label: 'Report',
    explain: 'One page with charts that opens without a network',
  },
] as const;

/** Saves the run under review as a file. */
export function ExportButtons({ runId }: { readonly runId: string }) {
  const session = useSession();
  const save = async (format: (typeof FORMATS)[number]['format']) => {
    const answer = await session.run('The run was not exported', 'exportRun', { runId, format });
    if (answer !== undefined) saveText(answer.file, answer.mime, answer.text);
  };
  return (
    <span className="lab-export">
      <Download size={12} aria-hidden="true" />
      {FORMATS.map(({ format, label, explain }) => (
        <button
          key={format}
          type="button"
          className="bar-button"
          aria-label={`Export ${label}`}
          title={explain}
          onClick={() => void save(format)}
        >
          {label}
        </button>
      ))}
    </span>
  );
}
