/** How chosen cycles are traded: asked for when the section is shown, as no window needs it otherwise. */
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import { EXECUTION_SETTINGS } from '../../../src-engine/domain/limit-table.ts';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { DurabilityForm } from './durability-form.tsx';
import { EXECUTION_FIELDS } from './fields.ts';
import { SettingsForm } from './settings-form.tsx';

const askExecution = (client: EngineClient) => client.call('getExecutionSettings', {});

export function ExecutionSection({ homeAsset }: { readonly homeAsset: string }) {
  const session = useSession();
  const isViewer = useIsViewer();
  // Without a session there is nothing to set: the section is then left out.
  const [settings, setSettings] = useAsked(askExecution);
  if (settings === undefined) return null;
  const { parallelLegs, ...figures } = settings;
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
      <label className="check">
        <input
          type="checkbox"
          checked={parallelLegs}
          disabled={isViewer}
          onChange={(event) =>
            void session
              .run('Execution was not changed', 'updateExecution', { parallelLegs: event.target.checked })
              .then((saved) => saved !== undefined && setSettings(saved))
          }
        />
        {EXECUTION_SETTINGS.parallelLegs.hint}
      </label>
      <DurabilityForm />
    </div>
  );
}
