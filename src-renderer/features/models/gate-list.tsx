/** What a version must show before it becomes champion, and the way there: by its gates, or over them with a word and a reason. */
import { useState } from 'react';
import type { ModelVersion } from '../../../src-engine/contract/model-records.ts';
import { OVERRIDE_WORD } from '../../../src-engine/domain/gate-override.ts';
import { ReasonField } from '../../components/reason-field.tsx';
import { TypedConfirm } from '../../components/typed-confirm.tsx';
import { Word } from '../../components/word.tsx';
import { useSession } from '../../engine/use-session.ts';
import { shownSentence } from '../../lib/decimal-text.ts';
import { GATE_WORDS, shortHash } from './model-words.ts';

type Gate = Pick<ModelVersion['gates'][number], 'value' | 'bound' | 'passes'> & { readonly gate: string };

export function GateList({ gates }: { readonly gates: readonly Gate[] }) {
  const failed = gates.filter(({ passes }) => !passes).length;
  return (
    <section>
      <h3>Gates before promotion: {failed === 0 ? 'all pass' : `${failed} of ${gates.length} not passed`}</h3>
      <ul className="gates" aria-label="Gates before promotion">
        {gates.map(({ gate, value, bound, passes }) => (
          <li key={gate}>
            <Word {...(passes ? GATE_WORDS.pass : GATE_WORDS.fail)} />
            <span>{gate}</span>
            <span className="num">{shownSentence(value)}</span>
            <span className="dim">{shownSentence(bound)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Promotion({
  name,
  version,
  onChanged,
}: {
  readonly name: string;
  readonly version: ModelVersion;
  readonly onChanged: () => Promise<unknown>;
}) {
  const { client } = useSession();
  const [why, setWhy] = useState('');
  const { sha256, gates } = version;
  const passes = gates.every((gate) => gate.passes);
  const promote = (override: string) =>
    client
      .call('promoteModel', { name, version: sha256, confirm: name, why: why.trim(), override })
      .then(onChanged);
  const purpose = `to make ${shortHash(sha256)} the champion. What runs goes on with the version that it was set with.`;
  if (passes)
    return (
      <TypedConfirm
        word={name}
        action="Promote to champion"
        purpose={purpose}
        onConfirm={() => promote('')}
      />
    );
  return (
    <details className="lab-details">
      <summary>Promote it although it does not pass…</summary>
      <ReasonField
        of="override"
        value={why}
        onChange={setWhy}
        help="Kept with the override in the list of steps and in the audit trail."
      />
      <TypedConfirm
        word={OVERRIDE_WORD}
        action="Override the gates"
        purpose={purpose}
        onConfirm={() => promote(OVERRIDE_WORD)}
      />
    </details>
  );
}
