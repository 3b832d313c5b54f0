import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { problemOf } from '../../engine/session.ts';
import { useSession } from '../../engine/use-session.ts';
import { type CsvColumn, fileNameOf, saveText } from '../../lib/csv.ts';
import { formatCount } from '../../lib/figures.ts';
import { MAX_FILE_ROWS, readAllRows } from './all-rows.ts';
import type { Pages } from './use-pages.ts';

type AllRowsCsvProps<Row> = {
  /** What is saved, in words: "the fills". */
  readonly what: string;
  /** Of the file, without its ending. */
  readonly file: string;
  readonly pages: Pages<Row>;
  readonly columns: readonly CsvColumn<Row>[];
  /** Rows that are let through; all of them without it. */
  readonly accepts?: (row: Row) => boolean;
  readonly disabled?: boolean;
};

/** Saves a whole list of the engine as a file, however little of it is loaded here. Pressed again, it ends its work. */
export function AllRowsCsv<Row>(props: AllRowsCsvProps<Row>) {
  const { what, file, pages, columns, accepts, disabled = false } = props;
  const session = useSession();
  const [read, setRead] = useState<number | null>(null);
  const isWanted = useRef(false);
  useEffect(() => () => void (isWanted.current = false), []);

  const save = async (): Promise<void> => {
    isWanted.current = true;
    setRead(0);
    try {
      const onRows = (rows: number): boolean => {
        if (isWanted.current) setRead(rows);
        return isWanted.current;
      };
      const load = (page: { limit: number; beforeUs?: number }) => pages.load(session.client, page);
      const whole = await readAllRows(load, pages, columns, onRows, accepts);
      if (whole === undefined) return;
      saveText(fileNameOf(file), 'text/csv', ...whole.parts);
      if (whole.isCut) {
        session.showProblem(`The file ends after ${formatCount(MAX_FILE_ROWS)} rows`, {
          code: 'file-cut',
          message: `There are more ${file} than a spreadsheet can hold; the newest are in the file.`,
          remedy: 'Narrow the list with its filter and save again, or read the database directly.',
        });
      }
    } catch (error) {
      session.showProblem(`${file}: the file could not be made`, problemOf(error));
    } finally {
      isWanted.current = false;
      setRead(null);
    }
  };

  const isBusy = read !== null;
  return (
    <button
      type="button"
      className="tab-button"
      title={
        isBusy ? 'Press again to stop' : `Save ${what} as CSV: every row of the database, with exact figures`
      }
      disabled={disabled && !isBusy}
      onClick={() => {
        if (isBusy) isWanted.current = false;
        else void save();
      }}
    >
      <Download size={12} aria-hidden="true" />
      {isBusy && <span aria-live="polite">{formatCount(read)} rows</span>}
      <span className="visually-hidden">{isBusy ? `Stop saving ${what}` : `Save ${what} as CSV`}</span>
    </button>
  );
}
