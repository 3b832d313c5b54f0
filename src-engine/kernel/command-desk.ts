/** What an operator, or the engine for him, commands: each goes to the part of the kernel that carries it out. */
import { decimal } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import type { Actor } from '../domain/event.ts';
import type { VenueName } from '../domain/ids.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Armings } from '../risk/armings.ts';
import type { KillSwitch } from '../risk/kill-switch.ts';
import type { StrategyDesk } from '../strategies/session/strategy-desk.ts';
import type { RiskMonitor } from '../risk/risk-monitor.ts';
import type { ByHand } from './by-hand.ts';
import type { Halts } from './halts.ts';
import type { Command, InventoryCommand } from './input.ts';
import type { KernelConfig } from './kernel-config.ts';
import type { OrderEvents } from './order-events.ts';
import type { Settings } from './settings.ts';
import type { TradingDesk } from './trading-desk.ts';

export type CommandParts = {
  readonly config: Pick<KernelConfig, 'watchedOnly'>;
  readonly killSwitch: KillSwitch;
  readonly armings: Armings;
  readonly halts: Halts;
  readonly risk: RiskMonitor;
  readonly inventory: Inventory;
  readonly strategies: StrategyDesk;
  readonly orderEvents: OrderEvents;
  readonly desk: Pick<TradingDesk, 'reviewer' | 'capture'>;
  readonly byHand: ByHand;
  readonly settings: Settings;
  readonly outbox: Outbox;
  kill(reason: string, actor: Actor, atUs: TimeUs): void;
};

export class CommandDesk {
  readonly #parts: CommandParts;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  take(command: Command, actor: Actor, atUs: TimeUs): void {
    const { armings, halts, inventory, killSwitch, orderEvents, risk, settings } = this.#parts;
    switch (command.type) {
      case 'kill':
        this.#parts.kill(command.reason, actor, atUs);
        return;
      case 'rearm':
        killSwitch.rearm();
        this.#parts.outbox.emit({ type: 'rearmed', atUs, actor });
        return;
      case 'arm':
        if (!killSwitch.isOn && this.#parts.config.watchedOnly?.[command.venue] === undefined)
          armings.of(command.venue).arm(decimal(command.lossBudget), actor, atUs);
        return;
      case 'armFully':
        armings.of(command.venue).armFully(actor, atUs);
        return;
      case 'disarm':
        armings.disarm(command.reason, actor, atUs, command.venue);
        return;
      case 'noteGoLive': {
        const { venue, from, to, reason } = command;
        this.#parts.outbox.emit({ type: 'goLiveChanged', atUs, venue, from, to, reason, actor });
        return;
      }
      case 'pause':
        halts.pause(atUs);
        return;
      case 'resume':
        halts.resume(actor, atUs, command.venue);
        return;
      case 'setLimits':
      case 'setDetection':
      case 'setExecution':
        settings.onCommand(command, actor, atUs);
        if (command.type === 'setLimits') this.#parts.desk.reviewer.onLimitsChanged();
        return;
      case 'resetBreaker':
        risk.reset(command.breaker, command.venue, actor, atUs);
        return;
      case 'enableStrategy':
        risk.enable(command.strategy, actor, atUs);
        return;
      case 'takeOpportunity':
      case 'flatten':
      case 'cancelOrders':
      case 'disableStrategy':
      case 'pauseVenue':
        this.#parts.byHand.take(command, actor, atUs);
        return;
      case 'trustCoin':
        risk.coins.trust(command.coin, actor, atUs);
        return;
      case 'settleOrder':
        orderEvents.settle(command.orderId, actor, atUs);
        return;
      case 'adoptBalances':
        orderEvents.reconciler.adoptBalances(command.venue, actor, atUs);
        return;
      case 'reconcile':
        orderEvents.reconciler.requestAll('operator', atUs);
        return;
      case 'setInventoryTarget': {
        const { type: _, ...target } = command;
        inventory.setTarget(target, actor, atUs);
        return;
      }
      case 'setTransferTerms':
        inventory.setTerms(command.terms, command.isKept, actor, atUs);
        return;
      case 'setStrategy':
        this.#parts.strategies.set(command.setup, actor, atUs, command.promotion);
        return;
      case 'removeStrategy':
        this.#parts.strategies.remove(command.strategy, actor, atUs);
        return;
      case 'failStrategy':
        this.#parts.strategies.fail(command.strategy, 'over-budget', command.detail, atUs);
        return;
      case 'noteSentiment':
        this.#parts.strategies.noteSentiment(command.reading, atUs);
        return;
      case 'noteFunding':
        this.#parts.strategies.noteFunding(command.reading, atUs);
        return;
      case 'notePrediction':
        this.#parts.strategies.onPrediction(command.prediction, atUs);
        return;
      case 'setScorer':
        this.#parts.desk.capture.take(command.model ?? undefined, command.challenger ?? undefined);
        return;
      case 'declareTransfer':
      case 'cancelTransfer':
        this.#onTransfer(command, actor, atUs);
    }
  }

  /**
   * What was declared may be what a comparison has found already: both venues are compared again. Where an amount was counted back to
   * its source, nothing is sent there until that venue shows it.
   */
  #onTransfer(
    command: Extract<InventoryCommand, { readonly type: 'declareTransfer' | 'cancelTransfer' }>,
    actor: Actor,
    atUs: TimeUs,
  ): void {
    const { transfers } = this.#parts.inventory;
    let doubted: VenueName | undefined;
    if (command.type === 'declareTransfer') transfers.declare(command.request, actor, atUs);
    else doubted = transfers.cancel(command.transferId, actor, atUs);
    this.#parts.orderEvents.reconciler.requestAll('operator', atUs, doubted);
  }
}
