// How a person works: by mouse, or by keyboard alone.

class Mouse {
  name = "mouse";
  constructor(page) { this.page = page; }
  at(role, name) { return this.page.getByRole(role, { name }).first(); }
  async press(role, name) { await this.at(role, name).click(); }
  async write(role, name, text) { await this.at(role, name).fill(text); }
  async choose(name, option) { await this.at("combobox", name).selectOption({ label: option }); }
}

const TABS = 250; // more stops than any page has before what is looked for

class Keyboard extends Mouse {
  name = "keyboard";
  // Tab until the element has the focus.
  async reach(role, name) {
    const target = this.at(role, name);
    await target.waitFor();
    const element = await target.elementHandle();
    for (let i = 0; i < TABS; i++) {
      if (await element.evaluate((node) => node === document.activeElement)) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`no Tab leads to the ${role} ${name}`);
  }
  async press(role, name) {
    await this.reach(role, name);
    await this.page.keyboard.press("Enter");
  }
  async write(role, name, text) {
    await this.reach(role, name);
    await this.page.keyboard.type(text);
  }
  async choose(name, option) {
    await this.reach("combobox", name);
    await this.page.keyboard.type(option);
  }
}

export const hands = (page) => [new Mouse(page), new Keyboard(page)];
