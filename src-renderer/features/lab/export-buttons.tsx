import { Download } from 'lucide-react';
import { useSession } from '../../engine/use-session.ts';

const FORMATS = [
  {
    format: 'csv',
    label: 'CSV',
    explain: 'Every trade, a row each; the sum of profit_home is that of the table',
  },
  { format: 'json', label: 'JSON', explain: 'Settings, figures, trades, orders, fills, books and equity' },
  {
    format: 'html',
    label: 'Report',
    explain: 'One page with pictures that opens anywhere, without a network',
  },
] as const;

/** Saves the run under review as a file. */
export function ExportButtons({ runId }: { readonly runId: string }) {
  const session = useSession();
  const save = async (format: (typeof FORMATS)[number]['format']) => {
    const answer = await session.run('The run was not exported', 'exportRun', { runId, format });
    if (answer !== undefined) saveFile(answer.file, answer.mime, answer.text);
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

function saveFile(file: string, mime: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${mime};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file;
  link.click();
  // The download has begun once the click returns; the text need not stay in memory.
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
