// Passkeys: hands the hub's question to the browser and its answer back. Without this script, or without passkeys, the buttons stay hidden.
const plain = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0)).buffer;
const spoken = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list) => (list || []).map((each) => ({ ...each, id: plain(each.id) }));

async function ask(address, form, body) {
  const token = form.querySelector("[name=forgery_token]").value;
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-Forgery-Token": token };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body || {}), redirect: "error" });
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.detail), { code: told.title });
  return told;
}

function written(credential) {
  const response = { clientDataJSON: spoken(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = spoken(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id, rawId: spoken(credential.rawId), type: credential.type, response, clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function shown(form) {
  const options = await ask("/sign-in/passkey/options", form);
  const publicKey = { ...options, challenge: plain(options.challenge), allowCredentials: named(options.allowCredentials) };
  return written(await navigator.credentials.get({ publicKey }));
}

async function signIn(form) {
  return ask("/sign-in/passkey", form, { answer: await shown(form), next: form.dataset.next || "/" });
}

async function register(form) {
  const options = await ask("/profile/passkeys/options", form);
  const publicKey = {
    ...options, challenge: plain(options.challenge), user: { ...options.user, id: plain(options.user.id) },
    excludeCredentials: named(options.excludeCredentials),
  };
  const credential = await navigator.credentials.create({ publicKey });
  return ask("/profile/passkeys", form, { answer: written(credential), name: form.querySelector("[name=name]").value.trim() });
}

const byNumber = /^[\d.]+$|:/.test(location.hostname);
document.querySelectorAll("form[data-passkey]").forEach((form) => {
  const note = form.parentElement.querySelector("[data-passkey-note]");
  if (!window.PublicKeyCredential || byNumber) {
    if (note) note.hidden = false;
    return;
  }
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = form.querySelector("[role=alert]"), button = form.querySelector("button");
    said.hidden = true;
    button.disabled = true;
    try {
      location.assign((await (form.dataset.passkey === "register" ? register : signIn)(form)).href);
    } catch (error) {
      if (error.code === "ConfirmFirst") location.assign("/profile/confirm?next=/profile");
      // A browser says NotAllowedError for everything its user did not want; our own refusals come with their sentence.
      said.textContent = error.code ? error.message : form.dataset.failed;
      said.hidden = false;
      button.disabled = false;
    }
  });
});

// A step that is signed: the answer goes with the form itself, whose fields are looked at first.
document.querySelectorAll("[data-passkey-sign]").forEach((button) => {
  if (!window.PublicKeyCredential || byNumber) return;
  const form = button.form, said = button.closest("fieldset").querySelector("[role=alert]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!form.reportValidity()) return;
    said.hidden = true;
    button.disabled = true;
    try {
      form.elements.passkey.value = await shown(form);
      form.requestSubmit();
    } catch (error) {
      said.textContent = typeof error.code === "string" ? error.message : button.dataset.failed;
      said.hidden = false;
      button.disabled = false;
    }
  });
});
