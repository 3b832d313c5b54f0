import { Download } from 'lucide-react';
import { fileNameOf, saveText } from '../lib/csv.ts';

type CsvButtonProps = {
  /** What is saved, in words: "the quotes". */
  readonly what: string;
  /** Of the file, without its ending. */
  readonly file: string;
  /** Made when it is pressed. */
  readonly text: () => string;
  readonly disabled?: boolean;
};

/** Saves a table as a file: the same figures, exact. */
export function CsvButton({ what, file, text, disabled = false }: CsvButtonProps) {
  return (
    <button
      type="button"
      className="tab-button"
      title={`Save ${what} as CSV, with exact figures`}
      disabled={disabled}
      onClick={() => saveText(fileNameOf(file), 'text/csv', text())}
    >
      <Download size={12} aria-hidden="true" />
      <span className="visually-hidden">Save {what} as CSV</span>
    </button>
  );
}
