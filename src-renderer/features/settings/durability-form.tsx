/** What the intent of an order survives before the order is sent: asked for when the section is shown. */
import { DURABILITIES, DURABILITY_WORDS } from '../../../src-engine/domain/durability.ts';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';

const askDurability = (client: EngineClient) => client.call('getDurability', {});

export function DurabilityForm() {
  const session = useSession();
  const isViewer = useIsViewer();
  const [settings, setSettings] = useAsked(askDurability);
  if (settings === undefined) return null;
  if (settings.setBy === 'option') {
    return (
      <p className="field-help">
        Durability of orders: {settings.level} ({DURABILITY_WORDS[settings.level]}), set by{' '}
        <code>--durability</code> while this engine runs.
      </p>
    );
  }
  return (
    <fieldset>
      <legend>Durability of orders</legend>
      {DURABILITIES.map((level) => (
        <label key={level} className="check">
          <input
            type="radio"
            name="durability"
            checked={settings.level === level}
            disabled={isViewer}
            onChange={() =>
              void session
                .run('The durability of orders was not changed', 'updateDurability', { level })
                .then((saved) => saved !== undefined && setSettings(saved))
            }
          />
          {level}: {DURABILITY_WORDS[level]}
        </label>
      ))}
    </fieldset>
  );
}
