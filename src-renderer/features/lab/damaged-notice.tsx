import { Notice } from '../../components/notice.tsx';

const SHOWN = 5;

type DamagedNoticeProps = {
  /** Of what they are: "run", "sweep". */
  readonly kind: string;
  readonly names: readonly string[];
};

/** Stored runs or sweeps that are in no list, because their files are damaged: how many, and which. */
export function DamagedNotice({ kind, names }: DamagedNoticeProps) {
  if (names.length === 0) return null;
  const [first = ''] = names;
  const title =
    names.length === 1
      ? `The stored ${kind} ${first} is damaged`
      : `${names.length} stored ${kind}s are damaged`;
  const rest = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return (
    <Notice tone="warn" title={title}>
      <p>
        {names.length > 1 && `${names.slice(0, SHOWN).join(', ')}${rest}. `}
        Files that are damaged, or of another version, are not listed. Run the {kind} again, or put the file
        back from a backup.
      </p>
    </Notice>
  );
}
