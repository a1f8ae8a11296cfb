// A plain form leaves once: a second Enter or click right behind the first would make two of what is being made.
{
  const AGAIN = 2000; // milliseconds after which the same form may leave again, for instance one that brings a file
  const left = new WeakMap();
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (event.timeStamp - (left.get(form) ?? -AGAIN) < AGAIN) event.preventDefault();
    else left.set(form, event.timeStamp);
  });
}
