/** How chosen cycles are traded: asked for when the section is shown, as no window needs it otherwise. */
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import { EXECUTION_SETTINGS } from '../../../src-engine/domain/limit-table.ts';
import type { ExecutionSettings } from '../../../src-engine/domain/limits.ts';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { groupThousands } from '../../lib/decimal-text.ts';
import { DurabilityForm } from './durability-form.tsx';
import { EXECUTION_FIELDS, EXECUTION_FLAGS, type FlagKey } from './fields.ts';
import { FlagFields } from './flag-field.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useFits } from './settings-search.ts';

const askQuoted = (client: EngineClient) =>
  client.call('getQuotedMarkets', {}).then(({ markets }) => markets);

/** Asks again this often while it is shown: fills and halts change how a market stands. */
const ASK_MS = 2_000;

/** How the markets of the setting stand now. */
function QuotedMarkets() {
  const [markets] = useAsked(askQuoted, ASK_MS);
  const fits = useFits('Quoted markets now', 'makerMarkets');
  if (markets === undefined || markets.length === 0 || !fits) return null;
  return (
    <ul className="field-help" aria-label="Quoted markets now">
      {markets.map(({ symbol, quotedAt, hedgedAt, obstacle, open, messages, messagesPerMinute }) => (
        <li key={`${symbol} ${quotedAt} ${hedgedAt}`}>
          {symbol} at {quotedAt}, hedged at {hedgedAt}:{' '}
          {obstacle === '' ? 'quoted' : `not quoted: ${obstacle}`}; {groupThousands(open)}{' '}
          {symbol.split('/')[0]} not hedged; {messages} messages in the last minute, {messagesPerMinute} a
          minute on average at most
        </li>
      ))}
    </ul>
  );
}

const FLAG_NAMES: ReadonlySet<string> = new Set(EXECUTION_FLAGS.map(({ field }) => field));
/** What is a figure or a text. */
const FIGURES = Object.keys(EXECUTION_SETTINGS).filter((name) => !FLAG_NAMES.has(name)) as Exclude<
  keyof ExecutionSettings,
  FlagKey<typeof EXECUTION_SETTINGS>
>[];

const askExecution = (client: EngineClient) => client.call('getExecutionSettings', {});

export function ExecutionSection({ homeAsset }: { readonly homeAsset: string }) {
  const session = useSession();
  const isViewer = useIsViewer();
  // Without a session there is nothing to set: the section is then left out.
  const [settings, setSettings] = useAsked(askExecution);
  if (settings === undefined) return null;
  const figures = Object.fromEntries(FIGURES.map((name) => [name, settings[name]])) as Omit<
    ExecutionSettings,
    FlagKey<typeof EXECUTION_SETTINGS>
  >;
  const save = async (changed: OperationInput<'updateExecution'>) => {
    setSettings(await session.client.call('updateExecution', changed));
  };
  return (
    <div id="settings-execution">
      <SettingsForm
        title="Execution"
        fields={EXECUTION_FIELDS}
        current={figures}
        homeAsset={homeAsset}
        onSave={(changed) => save(changed as OperationInput<'updateExecution'>)}
      />
      <FlagFields
        rows={EXECUTION_FLAGS}
        current={settings}
        isDisabled={isViewer}
        onChange={(flag, isOn) =>
          void session
            .run('Execution was not changed', 'updateExecution', { [flag]: isOn })
            .then((saved) => saved !== undefined && setSettings(saved))
        }
      />
      <QuotedMarkets key={settings.makerMarkets} />
      <DurabilityForm />
    </div>
  );
}
