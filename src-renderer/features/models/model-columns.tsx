/** Columns of the registry of models. */
import type { ModelRow } from '../../../src-engine/contract/model-records.ts';
import type { Column } from '../../components/table-column.ts';
import { Word } from '../../components/word.tsx';
import { ABSENT } from '../../lib/decimal-text.ts';
import { leading, shortHash, verdictWord } from './model-words.ts';

const none = <span className="dim">{ABSENT}</span>;

function Hash({ sha256 }: { readonly sha256: string | null }) {
  if (sha256 === null) return none;
  return (
    <span className="num" title={sha256} data-exact={sha256}>
      {shortHash(sha256)}
    </span>
  );
}

export const MODEL_COLUMNS: readonly Column<ModelRow>[] = [
  {
    id: 'name',
    title: 'Model',
    hint: 'Its name',
    track: 'minmax(96px, 1fr)',
    value: ({ name }) => name,
    cell: ({ name }) => <span className="symbol">{name}</span>,
  },
  {
    id: 'kind',
    title: 'Kind',
    hint: 'Of the champion, else of the challenger',
    track: '72px',
    fromWidth: 420,
    value: (row) => leading(row)?.kind ?? '',
    cell: (row) => <span className="dim">{leading(row)?.kind ?? ABSENT}</span>,
  },
  {
    id: 'champion',
    title: 'Champion',
    hint: 'The version in use, by the beginning of its SHA-256',
    track: 'minmax(96px, 0.9fr)',
    value: ({ champion }) => champion ?? '',
    cell: ({ champion }) => <Hash sha256={champion} />,
  },
  {
    id: 'challenger',
    title: 'Challenger',
    hint: 'The newest version that is not in use',
    track: 'minmax(96px, 0.9fr)',
    fromWidth: 420,
    value: ({ challenger }) => challenger ?? '',
    cell: ({ challenger }) => <Hash sha256={challenger} />,
  },
  {
    id: 'verdict',
    title: 'Judged',
    hint: 'What its training says, out of sample and after costs',
    track: 'minmax(110px, 0.9fr)',
    value: (row) => leading(row)?.judgement?.verdict ?? '',
    cell: (row) =>
      row.fault === '' ? (
        <Word {...verdictWord(leading(row))} />
      ) : (
        <Word tone="bad" label="Damaged" explain={row.fault} />
      ),
  },
  {
    id: 'versions',
    title: 'Versions',
    hint: 'Stored versions',
    track: '64px',
    align: 'right',
    value: ({ versions, more }) => versions.length + more,
    cell: ({ versions, more }) => <span className="num">{versions.length + more}</span>,
  },
];
