/** What an operator may change while a run goes on: limits and settings, each change a version of its own. */
import type { Outbox } from '../domain/effect.ts';
import type { Actor } from '../domain/event.ts';
import {
  changesOf,
  DEFAULT_EXECUTION,
  type DetectionSettings,
  type ExecutionSettings,
  type RiskLimits,
} from '../domain/limits.ts';
import type { LimitScope } from '../domain/risk.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Command } from './input.ts';
import type { KernelConfig } from './kernel-config.ts';

type SettingsCommand = Extract<Command, { readonly type: 'setLimits' | 'setDetection' | 'setExecution' }>;

export class Settings {
  limits: RiskLimits;
  detection: DetectionSettings;
  execution: ExecutionSettings;
  /** How often any of them was changed, in the whole history of the profile. */
  version: number;
  /** An operator has set the risk limits: an account is not armed on the defaults. */
  areLimitsSet: boolean;
  readonly #outbox: Outbox;

  constructor(config: KernelConfig, outbox: Outbox) {
    this.limits = config.limits;
    this.detection = config.detection;
    this.execution = { ...DEFAULT_EXECUTION, ...config.execution };
    this.version = config.limitsVersion ?? 0;
    this.areLimitsSet = config.areLimitsSet === true;
    this.#outbox = outbox;
  }

  onCommand(command: SettingsCommand, actor: Actor, atUs: TimeUs): void {
    if (command.type === 'setLimits') this.#change('limits', command.limits, actor, atUs);
    else if (command.type === 'setDetection') this.#change('detection', command.detection, actor, atUs);
    else this.#change('execution', command.execution, actor, atUs);
  }

  /** Sets what `change` holds and leaves the rest; records it with its actor, unless nothing differs. */
  #change<S extends LimitScope>(scope: S, change: Partial<Settings[S]>, actor: Actor, atUs: TimeUs): void {
    const before: RiskLimits | DetectionSettings | ExecutionSettings = this[scope];
    const after = { ...this[scope], ...change };
    this[scope] = after;
    const changes = changesOf(before, after);
    if (changes.length === 0) return;
    this.version++;
    if (scope === 'limits') this.areLimitsSet = true;
    const { version } = this;
    this.#outbox.emit({ type: 'limitsChanged', atUs, actor, version, scope, changes, after });
  }
}
