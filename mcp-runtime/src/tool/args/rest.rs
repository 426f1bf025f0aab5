//! Arguments that are not declared, for a tool that takes them all the same.

use serde_json::Value;

use super::{Arguments, Input, ReadSlot, Refused, Source, UNREADABLE, is_readable, value};
use crate::schema::{self, Problem};

impl Arguments<'_> {
    /// Fills every slot, and another one with a map of all that no slot is for.
    ///
    /// # Errors
    /// As [`read`](Self::read), and values that do not fit the map.
    pub fn read_with_rest(
        &self,
        slots: &mut [&mut dyn ReadSlot],
        rest: &mut dyn ReadSlot,
    ) -> Result<(), Refused> {
        self.read_with_care(slots, Some(rest))
    }

    /// The value of an argument that is not declared, or what is wrong with it.
    pub(super) fn value_of_rest(
        &self,
        name: &str,
        source: Source<'_>,
    ) -> Result<Value, Vec<Problem>> {
        if !is_readable(source) {
            return Err(vec![Problem::new(name, UNREADABLE)]);
        }
        let schema = self.input.schema_of_rest();
        let sent = value(schema, source);
        let mut value = sent.clone();
        schema::mend(self.mend(source), schema, &mut value);
        if self.problems(schema, &value, name).is_empty() {
            return Ok(value);
        }
        Err(self.problems(schema, &sent, name))
    }
}

impl Input {
    fn schema_of_rest(&self) -> &Value {
        self.schema.get("additionalProperties").unwrap_or(&Value::Null)
    }
}
