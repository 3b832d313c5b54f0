/** Values by key, each with listeners of its own: one value's change wakes only those who show it. */
export class KeyedStore<K, V> {
  readonly #values = new Map<K, V>();
  readonly #listeners = new Map<K, Set<() => void>>();

  get(key: K): V | undefined {
    return this.#values.get(key);
  }

  /** Stores and notifies the key's listeners. */
  set(key: K, value: V): void {
    this.#values.set(key, value);
    for (const listener of this.#listeners.get(key) ?? []) listener();
  }

  /** Removes every value and notifies all listeners. */
  clear(): void {
    this.#values.clear();
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener();
  }

  /** The answer ends it. */
  subscribe(key: K, listener: () => void): () => void {
    let listeners = this.#listeners.get(key);
    if (listeners === undefined) this.#listeners.set(key, (listeners = new Set()));
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners) this.#listeners.delete(key);
    };
  }
}
