/**
 * Lets scripts assign to an accessor that was defined on a form: Observable's inputs define `value` on theirs. The proxies
 * that jsdom 26 wraps forms in refuse that (its `set` trap takes an own accessor for a read-only property), and their
 * handler can be had only while a form is made.
 */
export function settableForms(document: Document): void {
  const NativeProxy = globalThis.Proxy;
  let handler: ProxyHandler<object> | undefined;
  globalThis.Proxy = new NativeProxy(NativeProxy, {
    construct(target, [wrapped, given]) {
      handler = given;
      return Reflect.construct(target, [wrapped, given]);
    },
  });
  try {
    document.createElement("form");
  } finally {
    globalThis.Proxy = NativeProxy;
  }
  const refusing = handler?.set;
  if (!handler || !refusing) return;
  handler.set = function (target, name, value, receiver) {
    const setter = Reflect.getOwnPropertyDescriptor(target, name)?.set;
    if (!setter) return refusing.call(this, target, name, value, receiver);
    setter.call(receiver, value);
    return true;
  };
}
