// Entries on the device: one store, keyed by the id made when an entry was begun, so that sending twice makes no second one.
window.formStore = (() => {
  let opened;
  const open = () => opened ||= new Promise((resolve, reject) => {
    const asked = indexedDB.open("lingnan-forms", 1);
    asked.onupgradeneeded = () => { asked.result.createObjectStore("entries", { keyPath: "entry" }); asked.result.createObjectStore("device"); };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const run = async (store, mode, ask) => {
    const base = await open();
    return new Promise((resolve, reject) => {
      const work = base.transaction(store, mode), asked = ask(work.objectStore(store));
      work.oncomplete = () => resolve(asked && asked.result);
      work.onabort = work.onerror = () => reject(work.error);
    });
  };
  return {
    put: (entry) => run("entries", "readwrite", (store) => store.put(entry)),
    get: (entry) => run("entries", "readonly", (store) => store.get(entry)),
    remove: (entry) => run("entries", "readwrite", (store) => store.delete(entry)),
    all: () => run("entries", "readonly", (store) => store.getAll()),
    // Random for each installation and no more than that; it goes with everything else at sign-out.
    device: async () => {
      const known = await run("device", "readonly", (store) => store.get("id"));
      if (known) return known;
      const made = crypto.randomUUID();
      await run("device", "readwrite", (store) => store.put(made, "id"));
      return made;
    },
  };
})();
