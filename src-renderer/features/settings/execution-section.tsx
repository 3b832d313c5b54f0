/** How chosen cycles are traded: asked for when the section is shown, as no window needs it otherwise. */
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import { EXECUTION_SETTINGS } from '../../../src-engine/domain/limit-table.ts';
import type { ExecutionSettings } from '../../../src-engine/domain/limits.ts';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { groupThousands } from '../../lib/decimal-text.ts';
import { DurabilityForm } from './durability-form.tsx';
import { EXECUTION_FIELDS } from './fields.ts';
import { FlagField } from './flag-field.tsx';
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

type FlagName = {
  [F in keyof ExecutionSettings]: ExecutionSettings[F] extends boolean ? F : never;
}[keyof ExecutionSettings];

const NAMES = Object.keys(EXECUTION_SETTINGS) as (keyof ExecutionSettings)[];
const isFlag = (name: keyof ExecutionSettings): name is FlagName => EXECUTION_SETTINGS[name].kind === 'flag';
const FLAGS = NAMES.filter(isFlag);
const FIGURES = NAMES.filter((name) => !isFlag(name));

const askExecution = (client: EngineClient) => client.call('getExecutionSettings', {});

export function ExecutionSection({ homeAsset }: { readonly homeAsset: string }) {
  const session = useSession();
  const isViewer = useIsViewer();
  // Without a session there is nothing to set: the section is then left out.
  const [settings, setSettings] = useAsked(askExecution);
  if (settings === undefined) return null;
  const figures = Object.fromEntries(FIGURES.map((name) => [name, settings[name]])) as Omit<
    ExecutionSettings,
    FlagName
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
      {FLAGS.map((flag) => (
        <FlagField
          key={flag}
          name={flag}
          label={EXECUTION_SETTINGS[flag].label}
          hint={EXECUTION_SETTINGS[flag].hint}
          isOn={settings[flag]}
          isDisabled={isViewer}
          onChange={(isOn) =>
            void session
              .run('Execution was not changed', 'updateExecution', { [flag]: isOn })
              .then((saved) => saved !== undefined && setSettings(saved))
          }
        />
      ))}
      <QuotedMarkets key={settings.makerMarkets} />
      <DurabilityForm />
    </div>
  );
}
