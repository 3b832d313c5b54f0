/** What the intent of an order survives before the order is sent: asked for when the section is shown. */
import { useState } from 'react';
import { DURABILITIES, DURABILITY_WORDS, type Durability } from '../../../src-engine/domain/durability.ts';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { ChangeQuestion } from './change-question.tsx';
import { looserDurability } from './loosening.ts';
import { useFits } from './settings-search.ts';

const askDurability = (client: EngineClient) => client.call('getDurability', {});

const QUESTION = {
  name: 'Weaker durability',
  lead: 'Orders would survive less than before:',
  confirm: 'Use the weaker level',
};

export function DurabilityForm() {
  const session = useSession();
  const isViewer = useIsViewer();
  const [settings, setSettings] = useAsked(askDurability);
  const [asked, setAsked] = useState<Durability | null>(null);
  const [isBusy, setBusy] = useState(false);
  const fits = useFits('Durability of orders', ...DURABILITIES, ...Object.values(DURABILITY_WORDS));
  if (settings === undefined || (!fits && asked === null)) return null;
  if (settings.setBy === 'option') {
    return (
      <p className="field-help">
        Durability of orders: {settings.level} ({DURABILITY_WORDS[settings.level]}), set by{' '}
        <code>--durability</code> while this engine runs.
      </p>
    );
  }
  const save = async (level: Durability): Promise<void> => {
    setBusy(true);
    const saved = await session.run('The durability of orders was not changed', 'updateDurability', {
      level,
    });
    setBusy(false);
    setAsked(null);
    if (saved !== undefined) setSettings(saved);
  };
  const choose = (level: Durability): void => {
    if (looserDurability(settings.level, level).length > 0) setAsked(level);
    else void save(level);
  };
  return (
    <fieldset>
      <legend>Durability of orders</legend>
      {DURABILITIES.map((level) => (
        <label key={level} className="check">
          <input
            type="radio"
            name="durability"
            checked={settings.level === level}
            disabled={isViewer || isBusy}
            onChange={() => choose(level)}
          />
          {level}: {DURABILITY_WORDS[level]}
        </label>
      ))}
      {asked !== null && (
        <ChangeQuestion
          changes={looserDurability(settings.level, asked)}
          words={QUESTION}
          isBusy={isBusy}
          onConfirm={() => void save(asked)}
          onCancel={() => setAsked(null)}
        />
      )}
    </fieldset>
  );
}
