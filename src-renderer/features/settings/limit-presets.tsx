import { useState } from 'react';
import { LIMIT_PRESETS, type LimitPreset, type RiskLimits } from '../../../src-engine/domain/limits.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { LIMIT_FIELDS } from './fields.ts';
import { ChangeQuestion } from './change-question.tsx';
import { changesBetween } from './loosening.ts';
import { useFits } from './settings-search.ts';

const LEAD = 'Risk preset (how much of the account may be at risk)';

type LimitPresetsProps = { readonly limits: RiskLimits; readonly homeAsset: string };

/** Named sets of limits. Each is shown with what it changes, old and new, and asked about. */
export function LimitPresets({ limits, homeAsset }: LimitPresetsProps) {
  const session = useSession();
  const isViewer = useIsViewer();
  const [asked, setAsked] = useState<LimitPreset | null>(null);
  const [isBusy, setBusy] = useState(false);
  const fits = useFits(LEAD, 'conservative standard');
  const changes = asked === null ? [] : changesBetween(LIMIT_FIELDS, limits, LIMIT_PRESETS[asked], homeAsset);
  const save = async (preset: LimitPreset): Promise<void> => {
    setBusy(true);
    await session.run('The limits were not set', 'applyLimitPreset', { preset });
    session.refresh();
    setBusy(false);
    setAsked(null);
  };
  if (!fits && asked === null) return null;
  return (
    <div className="preset-row field-help">
      {LEAD}:
      {(['conservative', 'standard'] as const).map((preset) => (
        <button
          key={preset}
          type="button"
          className="button"
          aria-label={`${preset} limits: position ${LIMIT_PRESETS[preset].maxPositionPct} %, gross ${LIMIT_PRESETS[preset].maxGrossExposurePct} % of equity`}
          disabled={isViewer || isBusy}
          onClick={() => setAsked(preset)}
        >
          {preset}
        </button>
      ))}
      {asked !== null && changes.length === 0 && <span role="status">These limits are already set.</span>}
      {asked !== null && changes.length > 0 && (
        <ChangeQuestion
          key={asked}
          changes={changes}
          question={`Apply “${asked.charAt(0).toUpperCase()}${asked.slice(1)}”?`}
          isBusy={isBusy}
          onConfirm={() => void save(asked)}
          onCancel={() => setAsked(null)}
        />
      )}
    </div>
  );
}
