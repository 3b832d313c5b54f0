/** The latch. On until an operator re-arms it; a restart finds it as it was left. */
export class KillSwitch {
  #on: boolean;
  /** Open orders the venues showed after the kill; undefined until each has answered. */
  #verifiedOpenOrders: number | undefined;

  constructor(on: boolean) {
    this.#on = on;
  }

  get isOn(): boolean {
    return this.#on;
  }

  get verifiedOpenOrders(): number | undefined {
    return this.#verifiedOpenOrders;
  }

  trip(): void {
    this.#on = true;
    this.#verifiedOpenOrders = undefined;
  }

  /** The venue was asked and showed this many orders of ours. */
  verify(openOrders: number): void {
    this.#verifiedOpenOrders = openOrders;
  }

  rearm(): void {
    this.#on = false;
    this.#verifiedOpenOrders = undefined;
  }
}
