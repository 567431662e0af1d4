//! Work on a list by several threads, with results in the order of the list.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many results may wait to be taken.
const AHEAD: usize = 64;

/// How many used results one thread drops at a time.
const TOGETHER: usize = 16;

/// Makes something of every item and takes the results one by one, in order. Other threads of the pool make them ahead; this
/// one takes them, and makes the next where none is ready. `take` gives back what is left to be dropped: that takes as long
/// as half of the work, and is done by whoever has nothing better to do.
pub fn in_order<T: Sync, R: Send + 'static>(items: &[T], make: impl Fn(&T) -> R + Sync, mut take: impl FnMut(R) -> R) {
    let line = Line { state: Mutex::new(State::default()), changed: Condvar::new() };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let others = rayon::current_num_threads().min(cores).min(items.len()).saturating_sub(1);
    rayon::in_place_scope(|scope| {
        for _ in 0..others {
            scope.spawn(|_| {
                let _alarm = Alarm(&line);
                while let Some(task) = line.next_task(items.len(), false) {
                    line.carry_out(task, items, &make);
                }
            });
        }
        let _closed = Closing(&line);
        let mut taken = 0;
        while taken < items.len() && !line.state().closed {
            match line.take(taken) {
                Some(result) => {
                    taken += 1;
                    line.give_back(take(result));
                }
                None => match line.next_task(items.len(), true) {
                    Some(task) => line.carry_out(task, items, &make),
                    None => line.wait_for(taken),
                },
            }
        }
    });
    let used = std::mem::take(&mut line.state().used);
    rayon::spawn(move || drop(used));
}

/// What a thread can do.
enum Task<R> {
    Make(usize),
    Drop(Vec<R>),
}

struct State<R> {
    /// The results from the next one to be taken on; `None` is in the making.
    made: VecDeque<Option<R>>,
    /// The first item that nobody has begun with.
    begun: usize,
    /// How many results have been taken.
    taken: usize,
    used: Vec<R>,
    closed: bool,
}

impl<R> Default for State<R> {
    fn default() -> Self {
        Self { made: VecDeque::new(), begun: 0, taken: 0, used: Vec::new(), closed: false }
    }
}

struct Line<R> {
    state: Mutex<State<R>>,
    changed: Condvar,
}

impl<R> Line<R> {
    fn state(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something to do; `None` when nothing is left, or `at_once` there is nothing at present.
    fn next_task(&self, items: usize, at_once: bool) -> Option<Task<R>> {
        let mut state = self.state();
        loop {
            if !at_once && state.used.len() >= TOGETHER {
                return Some(Task::Drop(std::mem::take(&mut state.used)));
            }
            if state.closed || state.begun == items {
                return None;
            }
            if state.begun < state.taken + AHEAD {
                let item = state.begun;
                state.begun += 1;
                state.made.push_back(None);
                return Some(Task::Make(item));
            }
            if at_once {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn carry_out<T>(&self, task: Task<R>, items: &[T], make: impl Fn(&T) -> R) {
        let item = match task {
            Task::Make(item) => item,
            Task::Drop(used) => return drop(used),
        };
        let result = items.get(item).map(make);
        let mut state = self.state();
        let at = item - state.taken;
        if let Some(place) = state.made.get_mut(at) {
            *place = result;
        }
        if at == 0 {
            self.changed.notify_all();
        }
    }

    /// The next result, if it is there.
    fn take(&self, taken: usize) -> Option<R> {
        let mut state = self.state();
        let result = state.made.front_mut()?.take()?;
        state.made.pop_front();
        state.taken = taken + 1;
        if state.begun + TOGETHER == state.taken + AHEAD {
            self.changed.notify_all();
        }
        Some(result)
    }

    /// Waits until the next result has been made by somebody else.
    fn wait_for(&self, taken: usize) {
        let mut state = self.state();
        while !state.closed && state.taken == taken && state.made.front().is_some_and(Option::is_none) {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_back(&self, used: R) {
        self.state().used.push(used);
    }
}

/// Lets the thread that takes go where another one has panicked: the pool hands the panic on.
struct Alarm<'l, R>(&'l Line<R>);

impl<R> Drop for Alarm<'_, R> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            drop(Closing(self.0));
        }
    }
}

/// Lets the other threads go, also where taking has panicked.
struct Closing<'l, R>(&'l Line<R>);

impl<R> Drop for Closing<'_, R> {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_all_of_them() {
        let items: Vec<usize> = (0..3000).collect();
        let mut taken = Vec::new();
        in_order(
            &items,
            |&item| (0..item % 97).map(|n| n.to_string()).collect::<String>().len() + item,
            |result| {
                taken.push(result);
                result
            },
        );
        let expected = items.iter().map(|item| (0..item % 97).map(|n| n.to_string().len()).sum::<usize>() + item);
        assert_eq!(taken, expected.collect::<Vec<usize>>());
    }

    #[test]
    fn a_panic_of_any_thread_is_handed_on() {
        let items: Vec<usize> = (0..2000).collect();
        for at in [0, 1, 700, 1999] {
            let run = || in_order(&items, |&item| assert_ne!(item, at), |()| ());
            assert!(std::panic::catch_unwind(run).is_err(), "at {at}");
        }
    }
}
